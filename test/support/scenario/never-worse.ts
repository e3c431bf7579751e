import type { Ledger } from './ledger.ts';

/** What became of the messages and the pods of one row, with one kind of pods. */
export interface Measured {
  readonly ledger: Pick<Ledger, 'lost' | 'doubled' | 'cut' | 'early' | 'handOver'>;
  /** How long each pod that was started took to be ready. */
  readonly readyMs: readonly number[];
  /** How long each pod that was deleted took to end. */
  readonly stopMs: readonly number[];
}

/** What a row does to the pods, so that one can tell what is due to daps. */
export interface RowFacts {
  /** The longest work on one message: what a drain waits for, and what a message waits for behind another. */
  readonly workMs: number;
  /** How long the pod is kept after its deletion, whether or not it works: pre-stop-delay, caller-delay. */
  readonly keptMs: number;
  /**
   * How long daprd must live on though the app takes nothing more, and what is held with it: for another container, or
   * for an app that publishes after it has closed its port.
   */
  readonly outlivedMs: number;
  /**
   * After which the broker gives again what was held: whether plain Dapr cuts a message and waits as long is chance.
   * Infinite where messages wait in a queue for as long as the machine takes.
   */
  readonly redeliverMs: number;
  /** An app is killed in it: what it had in hand is cut by definition. */
  readonly isKilled: boolean;
  /**
   * Nothing is held in it, so that chance decides which messages are lost, doubled or cut, with daps and without: all that
   * are harmed are counted together, and so many more may be. 0 where each kind is counted by itself.
   */
  readonly chance: number;
}

/** One figure that is worse with daps than with plain Dapr by more than its margin. */
export interface Worse {
  readonly figure:
    | 'lost'
    | 'doubled'
    | 'cut'
    | 'harmed'
    | 'unready'
    | 'time to ready'
    | 'longest hand-over'
    | 'time to stop';
  readonly plain: number;
  readonly daps: number;
  readonly allowed: number;
}

/**
 * On a quiet machine every figure says something. The few rows of a sample run at different moments of a busy machine:
 * only counts say something there, and a time to ready that is no machine's.
 */
export type Machine = 'quiet' | 'busy';

/** The sidecar has to start and to ask the app; the fault that is looked for takes two minutes. */
const readyMarginMs: Readonly<Record<Machine, number>> = { quiet: 15_000, busy: 60_000 };
const handOverMarginMs = 2000;
/** The sidecar waits for acks and for the app's port, daprd ends after the app. */
const stopMarginMs = 5000;
/** An app may be killed between the end of its work and its answer, which nobody can tell from work that is not done. */
const unansweredMost = 2;

/**
 * Where daps is worse than plain Dapr. Counts may not be higher. The usual time to ready and time to stop are compared,
 * because the longest is a busy machine's; the longest hand-over may be longer by the longest work and two seconds. A
 * row in which plain Dapr loses messages has no longest hand-over to compare with, and a pod that is gone sooner because
 * its work was cut or lost has no time to stop to compare with.
 */
export const worseThanPlain = (
  plain: Measured,
  daps: Measured,
  facts: RowFacts,
  machine: Machine,
): readonly Worse[] => {
  const { workMs, keptMs, outlivedMs, redeliverMs, isKilled, chance } = facts;
  const counted = (figure: Worse['figure'], of: 'lost' | 'doubled' | 'cut' | 'early', margin = 0): Worse => {
    const count = plain.ledger[of].length;
    return { figure, plain: count, daps: daps.ledger[of].length, allowed: count + margin };
  };
  const timed = (figure: Worse['figure'], plainMs: number, dapsMs: number, marginMs: number): Worse => ({
    figure,
    plain: plainMs,
    daps: dapsMs,
    allowed: plainMs + marginMs,
  });
  const waitMs = Math.max(outlivedMs, redeliverMs);
  const isQuiet = machine === 'quiet';
  const hasHandOver = isQuiet && plain.ledger.lost.length === 0;
  const hasStop = isQuiet && plain.ledger.lost.length + plain.ledger.cut.length === 0;
  const each = [
    counted('lost', 'lost'),
    counted('doubled', 'doubled', isKilled ? unansweredMost : 0),
    ...(isKilled ? [] : [counted('cut', 'cut')]),
  ];
  const harmed: Worse = {
    figure: 'harmed',
    plain: harmedIn(plain),
    daps: harmedIn(daps),
    allowed: harmedIn(plain) + chance,
  };
  const compared = [
    ...(chance > 0 ? [harmed] : each),
    counted('unready', 'early'),
    timed('time to ready', median(plain.readyMs), median(daps.readyMs), readyMarginMs[machine]),
    ...(hasHandOver
      ? [timed('longest hand-over', longestOf(plain), longestOf(daps), workMs + waitMs + handOverMarginMs)]
      : []),
    ...(hasStop
      ? [timed('time to stop', median(plain.stopMs), median(daps.stopMs), workMs + keptMs + stopMarginMs)]
      : []),
  ];
  // What was not measured is NaN, which is never higher.
  return compared.filter((one) => one.daps > one.allowed);
};

/** One line a person reads: `helm upgrade, 0.3 s, daps: lost 4, with plain Dapr 1, allowed 1`. Times are in ms. */
export const sayWorse = (where: string, { figure, plain, daps, allowed }: Worse): string =>
  `${where}: ${figure} ${daps}, with plain Dapr ${plain}, allowed ${allowed}`;

const harmedIn = ({ ledger: { lost, doubled, cut } }: Measured): number => new Set([...lost, ...doubled, ...cut]).size;

const longestOf = ({ ledger }: Measured): number => ledger.handOver.longest;

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? Number.NaN;
