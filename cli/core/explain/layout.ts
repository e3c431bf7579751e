import type { Moment, MomentId, Section } from './timeline.ts';

/** A stretch of the picture, in its own unit. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where each moment stands. */
export type Places = ReadonlyMap<MomentId, number>;

/**
 * Places moments: those before the deletion at even distances, because nobody knows how long they take; those after it by
 * their time, and unknown ones halfway between their neighbors. No two stand closer than `gap`, and none changes its rank.
 */
export const layout = (moments: readonly Moment[], start: Stretch, stop: Stretch, gap: number): Places => {
  const of = (...sections: readonly Section[]) => moments.filter(({ section }) => sections.includes(section));
  const [before, after] = [of('start', 'run'), of('stop')];
  const wanted = [...evenly(before.length, start), ...byTime(after, stop)];
  const spread = [
    ...apart(wanted.slice(0, before.length), start, gap),
    ...apart(wanted.slice(before.length), stop, gap),
  ];
  return new Map([...before, ...after].map(({ id }, index) => [id, spread[index] ?? stop.to]));
};

const evenly = (count: number, { from, to }: Stretch): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / Math.max(count, 1));

const byTime = (moments: readonly Moment[], { from, to }: Stretch): readonly number[] => {
  const endMs = Math.max(1, ...moments.map(msOf).filter((ms) => ms !== undefined));
  const known = moments.map((moment) => {
    const ms = msOf(moment);
    return ms === undefined ? undefined : from + ((to - from) * ms) / endMs;
  });
  return known.map((place, index) => place ?? between(known, index, from, to));
};

const msOf = ({ when }: Moment): number | undefined => (when.kind === 'unknown' ? undefined : when.ms);

/** Several unknown ones in a row share the way between the known ones beside them. */
const between = (known: readonly (number | undefined)[], index: number, from: number, to: number): number => {
  const before = known.findLastIndex((place, at) => at < index && place !== undefined);
  const next = known.findIndex((place, at) => at > index && place !== undefined);
  const left = known[before] ?? from;
  const right = known[next] ?? to;
  const end = next < 0 ? known.length : next;
  return left + ((right - left) * (index - before)) / (end - before);
};

/** Pushes to the right what is too close, then back to the left what stands beyond the end. */
const apart = (places: readonly number[], { from, to }: Stretch, gap: number): readonly number[] => {
  const least = Math.min(gap, (to - from) / Math.max(1, places.length - 1));
  const right: number[] = [];
  for (const place of places) right.push(Math.max(place, (right.at(-1) ?? from - least) + least));
  const left: number[] = [];
  for (const place of right.reverse()) left.unshift(Math.min(place, (left[0] ?? to + least) - least));
  return left;
};
