import process from 'node:process';
import { type Diagnostic, formatDiagnostic, isError, leavesAlone } from '../../../cli/core/diagnostic.ts';
import type { Code } from '../../../cli/core/problem-args.ts';
import { inject, uninjected } from '../cli/daps.ts';
import type { Json } from '../cli/kube-objects.ts';
import { openTempFolder } from '../temp-folder.ts';
import { type FileObjects, type OtherReader, otherReaders, readObjects, readObjectsAs } from '../tools.ts';
import { withoutDaps } from './corpus-workloads.ts';
import { isRewritable, rewrites, valuesIn } from './rewritten.ts';
import { same } from './same-json.ts';

/** A text that daps is given, with a name for messages. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** Its workloads are plain: nothing is changed but what every workload gets. */
  readonly isPlain: boolean;
}

/** What is counted of many cases. Each fault is a sentence. */
export interface Count {
  injected: number;
  leftAlone: number;
  untouched: number;
  refusedByBoth: number;
  /** The first error of texts that kubectl takes. */
  readonly refused: Map<Code, string[]>;
  readonly faults: string[];
  /** Outputs that another reader reads as kubectl does, of those whose input it reads so. */
  readonly readAlike: Record<OtherReader, number>;
  slowest: { ms: number; name: string };
}

type Judged = { readonly one: Case; readonly output: string; readonly errors: readonly Diagnostic[] };

/**
 * What daps does with many texts, judged by kubectl's reader: nothing ends in a bug report or takes 2 s of CPU time; what
 * it prints kubectl reads as the input with the intended change and nothing else; twice is once; `uninject` gives the
 * bytes back, and the meaning after other tools have rewritten the output.
 */
export const judge = async (cases: readonly Case[], deep: (index: number) => boolean = () => true): Promise<Count> => {
  const count: Count = {
    injected: 0,
    leftAlone: 0,
    untouched: 0,
    refusedByBoth: 0,
    refused: new Map(),
    faults: [],
    readAlike: { yaml3: 0, helm4: 0 },
    slowest: { ms: 0, name: '' },
  };
  const judged = cases.flatMap((one, index) => run(one, count, deep(index)) ?? []);
  const folder = openTempFolder();
  try {
    const files = judged.map(({ one, output }, index) => ({
      before: folder.write(`${index}-before.yaml`, one.text),
      after: folder.write(`${index}-after.yaml`, output),
    }));
    const paths = files.flatMap(({ before, after }) => [before, after]);
    const read = await readObjects(paths);
    const others = await Promise.all(
      otherReaders.map(async (reader) => ({ reader, read: await readObjectsAs(reader, paths) })),
    );
    for (const [index, one] of judged.entries()) {
      const { before = '', after = '' } = files[index] ?? {};
      compare(one, read.get(before), read.get(after), count);
      for (const other of others)
        if (isReadAlike(other.read.get(before), read.get(before)) && one.output !== one.one.text) {
          if (isReadAlike(other.read.get(after), read.get(after))) count.readAlike[other.reader] += 1;
          else
            count.faults.push(
              `${one.one.name}: ${other.reader} reads the input as kubectl does, and the output otherwise\n${JSON.stringify(one.one.text)}`,
            );
        }
    }
  } finally {
    folder.remove();
  }
  return count;
};

/** Returns whether two readers took a file, and for the same objects. */
const isReadAlike = (a: FileObjects | undefined, b: FileObjects | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  'objects' in a &&
  'objects' in b &&
  same(a.objects.flatMap(itemsOf), b.objects.flatMap(itemsOf));

/** Judges what needs no kubectl. Returns undefined after a fault. */
const run = (one: Case, count: Count, isDeep: boolean): Judged | undefined => {
  const fault = (what: string): undefined => {
    count.faults.push(`${one.name}: ${what}\n${JSON.stringify(one.text)}`);
  };
  try {
    const before = process.cpuUsage();
    const { outputs, diagnostics, entries } = inject(one.text);
    const ms = process.cpuUsage(before).user / 1000;
    if (ms > count.slowest.ms) count.slowest = { ms, name: one.name };
    if (ms > 2000) return fault(`took ${Math.round(ms)} ms`);
    const errors = diagnostics.filter(isError);
    const output = errors.length > 0 ? one.text : (outputs[0] ?? '');
    if (errors.length > 0) return { one, output, errors };
    const isInjected = entries.some(({ outcome }) => ['injected', 'daprd-only'].includes(outcome.action));
    if (isInjected) count.injected += 1;
    else if (diagnostics.some(({ problem }) => leavesAlone(problem.code))) count.leftAlone += 1;
    else count.untouched += 1;
    if (uninjected(output) !== one.text && entries.length > 0) return fault('uninject does not give the bytes back');
    if (inject(output).outputs[0] !== output) return fault('twice is not once');
    const isWhole = !diagnostics.some(({ problem }) => leavesAlone(problem.code));
    if (isInjected && isWhole && isDeep) rewriteAll(one, output, fault);
    return { one, output, errors };
  } catch (error) {
    return fault(`exit 70: ${String(error)}`);
  }
};

const rewriteAll = ({ text }: Case, output: string, fault: (what: string) => void): void => {
  const wanted = valuesIn(text);
  const values = valuesIn(output);
  if (!isRewritable(values)) return;
  for (const [how, rewrite] of Object.entries(rewrites)) {
    const written = rewrite(values);
    // A tool may change the meaning itself: a key with a byte order mark, first in a file, loses it.
    if (!same(valuesIn(written), values)) continue;
    if (inject(written).outputs[0] !== written) fault(`${how}: injected again it changes`);
    if (!same(valuesIn(uninjected(written)), wanted)) fault(`${how}: uninject gives another meaning`);
  }
};

/** Lists the faults of an output whose input kubectl reads. */
const faultsOf = (
  { one, output }: Judged,
  before: readonly unknown[],
  after: FileObjects | undefined,
): readonly string[] => {
  if (after === undefined || 'error' in after) return [`kubectl refuses the output: ${after?.error ?? ''}`];
  const plain = (objects: readonly unknown[]): unknown => objects.map((object) => withoutDaps(object as Json));
  const isOther = one.isPlain && !same(plain(before), plain(after.objects));
  const isOurs = (text: string, objects: readonly unknown[]): boolean =>
    same(valuesIn(text).flatMap(itemsOf), objects.flatMap(itemsOf));
  const isDifferent = output !== one.text && !(isOurs(one.text, before) && isOurs(output, after.objects));
  return [
    ...(isOther ? ['kubectl reads another meaning in the output'] : []),
    ...(isDifferent ? ['daps and kubectl read it differently'] : []),
  ];
};

const compare = (
  judged: Judged,
  before: FileObjects | undefined,
  after: FileObjects | undefined,
  count: Count,
): void => {
  const { one, errors } = judged;
  const [error] = errors;
  const isTaken = before !== undefined && !('error' in before);
  if (error !== undefined && !isTaken) count.refusedByBoth += 1;
  else if (error !== undefined) {
    const { code } = error.problem;
    const said = `${one.name}: ${formatDiagnostic(error)}\n${JSON.stringify(one.text)}`;
    count.refused.set(code, [...(count.refused.get(code) ?? []), said]);
  } else if (isTaken)
    for (const what of faultsOf(judged, before.objects, after))
      count.faults.push(`${one.name}: ${what}\n${JSON.stringify(one.text)}`);
};

/** kubectl's reader treats the items of a List as objects of their own. */
const itemsOf = (value: unknown): readonly unknown[] => {
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [value];
};

/** One line of counts, for the log and the README. */
export const describeCount = (count: Count): string => {
  const refused = [...count.refused].map(([code, texts]) => `${texts.length} ${code}`);
  return [
    `${count.injected} injected`,
    `${count.leftAlone} left alone with a warning`,
    `${count.untouched} untouched`,
    `${count.refusedByBoth} refused by daps and kubectl`,
    `refused by daps alone: ${refused.length === 0 ? '0' : refused.join(', ')}`,
    ...otherReaders.map((reader) => `${count.readAlike[reader]} read alike by ${reader}`),
    `slowest ${count.slowest.ms.toFixed(0)} ms (${count.slowest.name})`,
  ].join(', ');
};
