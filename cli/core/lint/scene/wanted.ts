import { mentionsDapr } from '../../document/document.ts';

/** Kinds beside Dapr's own that some rule looks at, with the word that makes one worth reading. */
const kindsBeside: readonly (readonly [kind: string, word: string])[] = [
  ['ScaledObject', 'scaleTargetRef'],
  ['HorizontalPodAutoscaler', 'scaleTargetRef'],
  ['PodDisruptionBudget', 'selector'],
  ['NetworkPolicy', 'podSelector'],
  ['Service', 'publishNotReadyAddresses'],
];

const isDaprResource = (text: string): boolean =>
  text.includes('dapr.io/v1alpha1') || text.includes('dapr.io/v2alpha1');

/** The names of the Secrets that annotations name: other Secrets are not read. */
export const secretsNamed = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/dapr\.io\/(?:api|app)-token-secret["']?\s*:\s*["']?([\w.-]+)/g)].map(([, name = '']) => name),
    ),
  );

/** Whether a document may hold something that a rule looks at. Most documents of a stream do not, and are not parsed. */
export const isWanted = (text: string, secrets: ReadonlySet<string>): boolean => {
  if (mentionsDapr(text) || isDaprResource(text)) return true;
  if (kindsBeside.some(([kind, word]) => text.includes(kind) && text.includes(word))) return true;
  return text.includes('Secret') && [...secrets].some((name) => text.includes(name));
};
