import type { Reported } from './result.ts';

/** What makes a finding the same one in the next run: no line numbers, which every edit above it moves. */
export interface Identity {
  readonly rule: string;
  /** `Deployment.apps/shop/web`; the input's name where a finding is about no object. */
  readonly object: string;
  /** Empty where a finding is about all of an object. */
  readonly field: string;
}

export const identityOf = ({ id, place }: Pick<Reported, 'id' | 'place'>): Identity => ({
  rule: id,
  object: objectOf(place),
  field: place.field ?? '',
});

const objectOf = ({ ref, input }: Reported['place']): string =>
  ref === undefined
    ? input
    : [ref.group === '' ? ref.kind : `${ref.kind}.${ref.group}`, ref.namespace, ref.name]
        .filter((part) => part !== '')
        .join('/');

/** `no-readiness Deployment.apps/shop/web spec.template`, as one text. */
export const identityText = ({ rule, object, field }: Identity): string =>
  [rule, object, field].filter((part) => part !== '').join(' ');

/** The fingerprint of each finding: its identity, and which of those with the same identity it is, from 1. */
export const fingerprintsOf = (findings: readonly Reported[]): readonly string[] => {
  const seen = new Map<string, number>();
  return findings.map((found) => {
    const identity = identityText(identityOf(found));
    const ordinal = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, ordinal);
    return `${identity} #${ordinal}`;
  });
};
