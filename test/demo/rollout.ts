import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventFiles } from '../support/event-files.ts';
import { eventually } from '../support/eventually.ts';
import { statusOf } from '../support/pod/hooks.ts';
import { Pod } from '../support/pod/pod.ts';
import { type Published, readLedger } from '../support/scenario/ledger.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { type Column, type ColumnName, scoreOf } from './column.ts';
import { podOptions } from './pod-template.ts';
import { type PodNotes, type PodRecord, recordOf } from './record.ts';
import type { Stops } from './stops.ts';
import type { World } from './world.ts';

const perSecond = 8;
/** Enough for the slower of the two rollouts, so that both columns get the same number. */
const atLeast = 96;
const pauseMs = 1500;
const readyMs = 30_000;
const tickMs = 100;

/** Called ten times a second with all that is known. */
export type Watch = (nowMs: number, pods: readonly PodRecord[], sent: number) => void;

/** Two pods of v1 are replaced by v2, one after the other, while messages come in all the time. */
export const playRollout = async (name: ColumnName, world: World, stops: Stops, watch: Watch): Promise<Column> => {
  const folder = openTempFolder();
  stops.add(async () => folder.remove());
  const startMs = Date.now();
  const all: PodNotes[] = [];
  const disposals: (() => Promise<void>)[] = [];
  const published: Published[] = [];
  const files = (): readonly string[] => all.map(({ eventsFile }) => eventsFile);
  const records = (): readonly PodRecord[] => all.map((notes) => recordOf(notes, world.handedBack, startMs));
  const look = (): void => watch(Date.now() - startMs, records(), published.length);

  const start = async (podName: string): Promise<PodNotes> => {
    const eventsFile = join(folder.path, `${podName}.jsonl`);
    const notes: PodNotes = { name: podName, hasSidecar: name === 'daps', eventsFile, createdMs: Date.now() };
    all.push(notes);
    const starting = Pod.start(podOptions(podName, name, world, eventsFile));
    const dispose = async (): Promise<void> => (await starting).dispose();
    disposals.push(dispose);
    stops.add(dispose);
    const pod = await starting;
    notes.pod = pod;
    await becomeReady(notes, pod);
    return notes;
  };
  const stop = async (notes: PodNotes): Promise<void> => {
    notes.deletedMs = Date.now();
    await notes.pod?.stop();
    notes.goneMs = Date.now();
  };

  let isPublishing = true;
  let isOver = false;
  const publish = async (): Promise<void> => {
    const firstMs = Date.now();
    for (let count = 1; isPublishing || count <= atLeast; count += 1) {
      const id = `m${count}`;
      published.push({ id, t: Date.now() });
      await world.publish(id);
      await delay(Math.max(0, firstMs + (count * 1000) / perSecond - Date.now()));
      if (isOver || stops.isStopping) return;
    }
  };

  const ticking = setInterval(look, tickMs);
  try {
    const old = await Promise.all([start('v1-a'), start('v1-b')]);
    const publishing = awaitedLater(publish());
    const stopping: Promise<void>[] = [];
    for (const notes of old) {
      await delay(pauseMs);
      await start(notes.name.replace('v1', 'v2'));
      stopping.push(awaitedLater(stop(notes)));
    }
    await Promise.all(stopping);
    isPublishing = false;
    await publishing;
    await world.settle(published, files());
    const ledger = readLedger(published, new EventFiles(files).read());
    const lengthMs = Date.now() - startMs;
    look();
    return { name, score: scoreOf(ledger), lost: new Set(ledger.lost), pods: records(), lengthMs };
  } finally {
    isOver = true;
    clearInterval(ticking);
    await Promise.allSettled(disposals.map((dispose) => dispose()));
    folder.remove();
  }
};

/** A failure is told when the promise is awaited, and not before. */
const awaitedLater = (promise: Promise<void>): Promise<void> => {
  promise.catch(() => {});
  return promise;
};

/** As a Deployment sees it: the app's readiness probe has passed, and daprd calls itself ready. */
const becomeReady = async (notes: PodNotes, pod: Pod): Promise<void> => {
  const { daprdHttp, app } = pod.ports;
  const isDaprdReady = async (): Promise<boolean> => {
    if ((await statusOf(`http://127.0.0.1:${daprdHttp}/v1.0/healthz`)) !== 204) return false;
    notes.foundMs ??= Date.now();
    return true;
  };
  const isAppReady = async (): Promise<boolean> => (await statusOf(`http://127.0.0.1:${app}/healthz`)) === 200;
  const isReady = async (): Promise<boolean> => (await isDaprdReady()) && (await isAppReady());
  await eventually(`pod ${pod.name} is ready`, isReady, readyMs, () => pod.describe());
};
