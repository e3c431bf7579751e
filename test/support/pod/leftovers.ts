import { endOrphans } from '../orphans.ts';
import { sweepNamespaces } from './namespace.ts';

let swept: Promise<void> | undefined;

/** Removes, once, what test processes that were killed have left of their pods: processes and namespaces. */
export const sweepPods = (): Promise<void> => {
  swept ??= (async () => {
    endOrphans(); // a namespace is gone when nothing runs in it
    await sweepNamespaces();
  })();
  return swept;
};
