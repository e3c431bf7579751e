import { type Path, valueAt } from '../../manifest/model/path.ts';
import { isMapValue } from '../../manifest/model/value.ts';
import { mapOf, textOf } from '../../manifest/object/pod.ts';
import { nearest } from '../../nearest.ts';
import { finding } from '../rule/findings.ts';
import {
  findPolicy,
  type PolicyKind,
  policiesOf,
  policyKinds,
  policyMaps,
  resilienciesNear,
} from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import type { DaprObject } from '../scene/scene.ts';

export const resiliencyPolicyUnknown: Rule = {
  id: 'resiliency-policy-unknown',
  severity: 'error',
  topic: 'delivery',
  looksAt: ['Resiliency'],
  summary: 'A target of a Resiliency names a policy that is defined.',
  since: '0.1.0',
  check: (scene) =>
    scene.resiliencies.flatMap((resiliency) =>
      namedIn(resiliency).flatMap(({ kind, name, path }) => {
        const near = resilienciesNear(scene, resiliency);
        if (findPolicy(near, kind, name) !== undefined || builtIn.test(name)) return [];
        const known = near.flatMap((one) => Object.keys(policiesOf(one, kind)));
        const guess = nearest(name, known);
        const instead =
          guess === undefined
            ? `Define it under spec.policies.${policyMaps[kind]}, or remove it here`
            : `Write ${kind}: ${guess}`;
        return [
          finding(
            resiliency,
            path,
            `no Resiliency given defines ${words[kind]} "${name}", so ${effectOf(kind, path)}. ${instead}.`,
          ),
        ];
      }),
    ),
};

const words: Readonly<Record<PolicyKind, string>> = {
  timeout: 'the timeout',
  retry: 'the retry policy',
  circuitBreaker: 'the circuit breaker',
};

/** daprd defines some retry policies itself. */
const builtIn = /^DaprBuiltIn/;

const effectOf = (kind: PolicyKind, path: Path): string =>
  kind === 'circuitBreaker' && path[2] === 'components'
    ? 'daprd crashes when it first needs it'
    : 'daprd goes without one, and says nothing';

interface NamedPolicy {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly path: Path;
}

/** Every policy that a target names. */
const namedIn = ({ value }: DaprObject): readonly NamedPolicy[] => {
  const targets: Path = ['spec', 'targets'];
  const below = (path: Path): readonly string[] =>
    Object.entries(mapOf(valueAt(value, path)))
      .filter(([, item]) => isMapValue(item))
      .map(([name]) => name);
  const places: readonly Path[] = [
    ...['apps', 'actors'].flatMap((list) => below([...targets, list]).map((name) => [...targets, list, name])),
    ...below([...targets, 'components']).flatMap((name) =>
      ['inbound', 'outbound'].map((direction) => [...targets, 'components', name, direction]),
    ),
  ];
  return places.flatMap((place) =>
    policyKinds.flatMap((kind) => {
      const path: Path = [...place, kind];
      const name = textOf(valueAt(value, path)) ?? '';
      return name === '' ? [] : [{ kind, name, path }];
    }),
  );
};
