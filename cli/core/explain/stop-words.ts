import { formatDuration, parseDurationMs } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { recentlyCalledMs } from '../../../proxy/policy/drain-step.ts';
import type { InjectFacts } from '../plan/plan.ts';
import { targetWords } from '../report/coverage-words.ts';
import type { Intake } from './intake.ts';
import type { Pod } from './pod.ts';

/** The app's own sleep; undefined where its hook is none, or asks something. */
export const sleepOf = ({ preStop }: InjectFacts): number | undefined =>
  preStop.kind === 'target' && preStop.target.url.startsWith('sleep:')
    ? parseDurationMs(preStop.target.url.slice('sleep:'.length))
    : undefined;

/** What the app's own hook asks; undefined where it is none, or a sleep. */
export const hookWords = (facts: InjectFacts): string | undefined =>
  facts.preStop.kind === 'target' && sleepOf(facts) === undefined
    ? targetWords(facts.preStop.target, facts.dapr.appHost)
    : undefined;

/** What the pod's deletion begins. */
export const deletedWords = (pod: Pod, intake: Intake, worksOn: boolean): string => {
  const what = 'the pod is deleted; the kubelet calls all preStop hooks at once';
  switch (intake) {
    case 'holds':
      return worksOn
        ? `${what}; ${pod.app} takes only what it can finish in time`
        : `${what}; daps holds new messages from now on`;
    case 'passes-unread':
      return `${what}; ${pod.dapr.appProtocol} requests pass through unread, so daps holds nothing`;
    case 'passes-once':
      return `${what}; the broker delivers once, so daps holds nothing`;
    default:
      return unreachable(intake);
  }
};

/** What the end of pre-stop-delay means to an app without work. */
export const drainedWords = (
  intake: Intake,
  { settings, appContainer }: InjectFacts,
  isCalledLonger: boolean,
  hook: string | undefined,
): string => {
  const over = `pre-stop-delay is over${isCalledLonger ? ' (if no other app calls)' : ''}`;
  const idle = settings.busyPath === undefined ? '' : ` says it is not busy (GET ${settings.busyPath})`;
  const may = `${appContainer} may stop if it has no unfinished work${idle}${hook === undefined ? '' : ' and its own hook has answered'}`;
  switch (intake) {
    case 'holds':
      return `${over}: daps holds new messages; ${may}`;
    case 'passes-unread':
      return `${over}: daps shuts daprd down, which finishes its work; then ${may}`;
    case 'passes-once':
      return `${over}: daps ends daprd by force at a moment without work; then ${may}`;
    default:
      return unreachable(intake);
  }
};

/** What an app with callers has more. */
export const callersWords = (app: string, intake: Intake): string => {
  const where = `where another app called it less than ${formatDuration(recentlyCalledMs)} before the deletion`;
  return intake === 'holds'
    ? `${where}, ${app} keeps working until now and may stop then`
    : `${where}, daps shuts daprd down now, and ${app} may stop then`;
};
