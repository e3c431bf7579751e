import {
  AdmissionregistrationV1Api,
  CoreV1Api,
  type V1LabelSelector,
  type V1LabelSelectorRequirement,
} from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { isOver, runIn } from '../support/run-name.ts';
import { clusterMs, labConfig } from './cluster.ts';
import { imageNames } from './places.ts';

const name = 'dapr-sidecar-injector';
/** Every namespace has its name as this label. */
const namespaceLabel = 'kubernetes.io/metadata.name';
const conflict = 409;

const isExclusion = ({ key, operator }: V1LabelSelectorRequirement): boolean =>
  key === namespaceLabel && operator === 'NotIn';

const isLeftBehind = (namespace: string): boolean => {
  const run = runIn(namespace);
  return run !== undefined && isOver(run);
};

const changed = (
  selector: V1LabelSelector = {},
  change: (excluded: readonly string[]) => readonly string[],
): V1LabelSelector => {
  const { matchExpressions = [] } = selector;
  const excluded = matchExpressions.filter(isExclusion).flatMap(({ values = [] }) => values);
  const values = change(excluded).filter((namespace) => !isLeftBehind(namespace));
  const own = values.length === 0 ? [] : [{ key: namespaceLabel, operator: 'NotIn', values: [...values] }];
  return { ...selector, matchExpressions: [...matchExpressions.filter((one) => !isExclusion(one)), ...own] };
};

/** Changes which namespaces Dapr's webhook leaves alone, again where another process was faster. */
const exclude = async (change: (excluded: readonly string[]) => readonly string[]): Promise<void> => {
  const api = labConfig().makeApiClient(AdmissionregistrationV1Api);
  const isDone = async (): Promise<boolean> => {
    const { metadata = {}, webhooks = [] } = await api.readMutatingWebhookConfiguration({ name });
    const { labels = {}, annotations = {}, resourceVersion = '' } = metadata;
    const body = {
      metadata: { name, labels, annotations, resourceVersion },
      webhooks: webhooks.map((one) => ({ ...one, namespaceSelector: changed(one.namespaceSelector, change) })),
    };
    return api.replaceMutatingWebhookConfiguration({ name, body }).then(
      () => true,
      (error: { readonly code?: number }) => {
        if (error.code === conflict) return false;
        throw error;
      },
    );
  };
  await eventually("Dapr's webhook is changed", isDone, clusterMs);
};

/** Whether the webhook puts daprd into pods of a namespace, by one that is only tried. */
export const seesPodsOf = async (namespace: string): Promise<boolean> => {
  const annotations = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'tried' };
  const body = {
    metadata: { name: 'tried', annotations },
    spec: { containers: [{ name: 'app', image: imageNames.app }] },
  };
  const core = labConfig().makeApiClient(CoreV1Api);
  const { spec } = await core.createNamespacedPod({ namespace, body, dryRun: 'All' });
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some((one) => one.name === 'daprd');
};

/** The webhook sees no pod of a namespace from now on, and those of every other one as before. */
export const hideFromWebhook = async (namespace: string): Promise<void> => {
  await exclude((excluded) => [...excluded.filter((one) => one !== namespace), namespace]);
  // A new namespace has no service account yet, without which it takes no pod.
  const isHidden = async (): Promise<boolean> => !(await seesPodsOf(namespace).catch(() => true));
  await eventually(`the webhook sees no pod of ${namespace}`, isHidden, clusterMs);
};

export const showToWebhook = (namespace: string): Promise<void> =>
  exclude((excluded) => excluded.filter((one) => one !== namespace));
