import type { Pod } from './pod.ts';
import type { Part } from './timeline.ts';

const nothing: Part = { moments: [], spans: [], signals: [], waits: [] };

/** How a Job's pod ends by itself. What stands behind it is the end of one that is deleted before. */
export const jobEnd = ({ isJob, app }: Pod, isNative: boolean): Part =>
  isJob
    ? {
        ...nothing,
        moments: [
          {
            id: 'job-done',
            section: 'run',
            when: { kind: 'unknown' },
            words: isNative
              ? `${app} exits by itself: the kubelet ends the sidecars and the Pod completes. If the Pod is deleted before that:`
              : `${app} exits by itself: daprd keeps running, so the Pod does not complete. If the Pod is deleted:`,
          },
        ],
        signals: isNative
          ? [{ at: 'job-done', from: 'kubelet', to: 'daprd', words: 'SIGTERM, when the app has exited' }]
          : [],
      }
    : nothing;
