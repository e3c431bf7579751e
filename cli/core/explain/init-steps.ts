import { mapOf, nameOf } from '../manifest/object/pod.ts';
import type { Daprd } from '../plan/daprd.ts';
import type { InjectFacts } from '../plan/plan.ts';
import type { InitContainer, Pod } from './pod.ts';
import type { Moment, Span, Wait } from './timeline.ts';

/** A place in the list of init containers, which the kubelet starts one after another. */
export type Step =
  | { readonly who: 'daps' }
  | { readonly who: 'daprd'; readonly isWaitedFor: boolean }
  | { readonly who: 'init'; readonly containers: readonly InitContainer[] };
export type Steps = readonly Step[];

/** The order that Dapr's injector gives: a native daprd comes last, any other is no init container. */
export const plainSteps = ({ inits, isNative }: Pod): Steps => [
  { who: 'init', containers: inits },
  ...(isNative ? [{ who: 'daprd', isWaitedFor: false } as const] : []),
];

/** The order that `inject` gives where there is no app-port. */
export const nativeSteps = (pod: Pod, daprd: Daprd | undefined): Steps =>
  daprd?.by === 'inline' ? around(pod, daprd, []) : plainSteps({ ...pod, isNative: true });

/** The order that `inject` gives. */
export const injectedSteps = (pod: Pod, { daprd, daprdPlace }: InjectFacts): Steps => {
  const own: Step = { who: 'daps' };
  return daprd.by === 'inline'
    ? around(pod, daprd, [own], daprdPlace)
    : [own, ...plainSteps({ ...pod, isNative: true })];
};

/** An inline daprd, with daps beside it, among the pod's own init containers. */
const around = (
  { inits }: Pod,
  { parts: { behind, sidecars } }: Extract<Daprd, { by: 'inline' }>,
  beside: Steps,
  daprdPlace: InjectFacts['daprdPlace'] = 'before',
): Steps => {
  const container = sidecars.find((one) => nameOf(one) === 'daprd');
  const daprd: Step = { who: 'daprd', isWaitedFor: Object.keys(mapOf(container?.['startupProbe'])).length > 0 };
  return [
    { who: 'init', containers: inits.slice(0, behind) },
    ...(daprdPlace === 'before' ? [daprd, ...beside] : [...beside, daprd]),
    { who: 'init', containers: inits.slice(behind) },
  ];
};

/** What daps and daprd do as they start. */
export type StepWords = Readonly<Record<'daps' | 'daprd', string>>;

/** A moment for each step that has something to start. */
export const initMoments = (steps: Steps, words: StepWords): readonly Moment[] =>
  steps.filter(isFilled).map((step, index, all): Moment => {
    const before = all[index - 1];
    const waited = before?.who === 'daprd' && before.isWaitedFor ? "once daprd's API answers: " : '';
    const id = step.who === 'init' ? idOf(index) : `${step.who}-starts`;
    const said = step.who === 'init' ? initWords(step.containers) : words[step.who];
    return { id, section: 'start', when: { kind: 'unknown' }, words: `${waited}${said}` };
  });

/** What each group of the pod's own init containers takes. */
export const initSpans = (steps: Steps): readonly Span[] => {
  const moments = initMoments(steps, { daps: '', daprd: '' });
  return steps.filter(isFilled).flatMap((step, index): readonly Span[] => {
    if (step.who !== 'init') return [];
    const to = moments[index + 1]?.id ?? 'app-starts';
    const words = step.containers.map(({ name }) => name).join(', ');
    const sidecars = step.containers.filter(({ isSidecar }) => isSidecar).map(({ name }) => name);
    const stays: readonly Span[] =
      sidecars.length === 0
        ? []
        : [{ lane: 'init', from: to, to: 'app-ended', kind: 'works', words: sidecars.join(', ') }];
    return [{ lane: 'init', from: idOf(index), to, kind: 'starts', words }, ...stays];
  });
};

/** What waits for a daprd whose startupProbe must succeed first. */
export const initWaits = (steps: Steps): readonly Wait[] => {
  const moments = initMoments(steps, { daps: '', daprd: '' });
  const index = steps.filter(isFilled).findIndex((step) => step.who === 'daprd' && step.isWaitedFor);
  return index < 0
    ? []
    : [
        {
          who: 'kubelet',
          whom: 'daprd',
          from: 'daprd-starts',
          to: moments[index + 1]?.id ?? 'app-starts',
          words: 'starts no other container until its startupProbe succeeds',
        },
      ];
};

/** What waits for init containers: other containers for daprd's startupProbe, the app for all of the pod's own. */
export const startWaits = (steps: Steps, { inits }: Pod): readonly Wait[] => [
  ...initWaits(steps),
  ...(inits.length === 0
    ? []
    : [
        {
          who: 'app',
          whom: 'init',
          from: initMoments(steps, { daps: '', daprd: '' })[0]?.id ?? 'app-starts',
          to: 'app-starts',
          words: 'init containers run one after another',
        } as const,
      ]),
];

const idOf = (index: number): string => `init-${index + 1}`;

const isFilled = (step: Step): boolean => step.who !== 'init' || step.containers.length > 0;

const initWords = (containers: readonly InitContainer[]): string => {
  const each = containers.map(({ name, isSidecar }) => (isSidecar ? `${name} (a sidecar, keeps running)` : name));
  const ends = containers.every(({ isSidecar }) => isSidecar) ? 'starts' : 'runs to its end';
  return each.length === 1 ? `${each[0]} ${ends}` : `${each.join(', then ')}: one after another`;
};
