import { parseVersion, tagOfImage, versionOfImage } from '../dapr/version.ts';
import { runSettingNames } from '../settings/run-settings.ts';
import { type Fact, injectorContainer, injectorFacts } from './injector.ts';
import { jsonAt, jsonList, jsonText } from './json.ts';

/** What was found of a control plane, as the API server answered; undefined is what is not there. */
export interface ControlPlane {
  readonly namespace: string;
  /** The injector's and sentry's; one of them is there. */
  readonly deployments: readonly unknown[];
  readonly configuration: unknown;
  readonly scheduler: unknown;
  readonly trustBundle: string;
  readonly kubeVersion: string;
}

/** The label Dapr's chart gives its programs, and those that are looked for. */
export const controlPlaneSelector = 'app in (dapr-sidecar-injector,dapr-sentry)';

export const namespacesOf = (deployments: readonly unknown[]): readonly string[] =>
  [...new Set(deployments.flatMap((one) => jsonText(jsonAt(one, 'metadata', 'namespace')) ?? []))].sort();

/** Every setting the cluster decides, in the order of the docs, the trust anchors last. */
export const controlPlaneFacts = (found: ControlPlane): readonly Fact[] => {
  const injector = found.deployments.map(injectorContainer).find((container) => container !== undefined);
  const known = [
    { name: 'kube-version', text: minorOf(found.kubeVersion), origin: `/version: ${found.kubeVersion}` } as const,
    { name: 'control-plane-namespace', text: found.namespace, origin: "the control plane's Deployments" } as const,
    ...configurationFacts(found),
    ...schedulerFacts(found),
    ...(injector === undefined ? [] : injectorFacts(injector)),
  ];
  const version = versionFact(found, known);
  const facts = version === undefined ? known : [...known, version];
  const anchors: Fact = {
    name: 'trust-anchors',
    text: found.trustBundle,
    origin: `ConfigMap ${found.namespace}/dapr-trust-bundle, key ca.crt`,
  };
  return [...runSettingNames.flatMap((name) => facts.findLast((fact) => fact.name === name) ?? []), anchors];
};

/** Patches come and go: only the minor version decides anything. */
const minorOf = (version: string): string => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;

/** The injector takes mTLS for on where nothing is said (pkg/injector/service/pod_patch.go). */
const configurationFacts = ({ configuration, namespace }: ControlPlane): readonly Fact[] => {
  const origin = `Configuration ${namespace}/daprsystem`;
  const domain = jsonText(jsonAt(configuration, 'spec', 'mtls', 'controlPlaneTrustDomain'));
  const isOn = jsonAt(configuration, 'spec', 'mtls', 'enabled') !== false;
  return [
    { name: 'mtls', text: String(isOn), origin: configuration === undefined ? `no ${origin}: Dapr's default` : origin },
    ...(domain === undefined || domain === '' ? [] : [{ name: 'trust-domain', text: domain, origin } as const]),
  ];
};

const schedulerFacts = ({ scheduler, namespace }: ControlPlane): readonly Fact[] => {
  const replicas = jsonAt(scheduler, 'spec', 'replicas');
  const count = scheduler === undefined ? 0 : typeof replicas === 'number' ? replicas : 1;
  const origin = `${scheduler === undefined ? 'no ' : ''}StatefulSet ${namespace}/dapr-scheduler-server`;
  return [
    { name: 'scheduler', text: String(count > 0), origin },
    { name: 'scheduler-replicas', text: String(count), origin },
  ];
};

/** The tag of daprd's image; where it says nothing, the chart's version, which is a label of every Deployment. */
const versionFact = ({ deployments }: ControlPlane, known: readonly Fact[]): Fact | undefined => {
  const image = known.find(({ name }) => name === 'daprd-image');
  const own = image === undefined ? undefined : versionOfImage(image.text);
  if (image !== undefined && own !== undefined)
    return { name: 'dapr-version', text: tagOfImage(image.text) ?? '', origin: `the tag of ${image.text}` };
  const labels = deployments.flatMap(
    (one) => jsonText(jsonAt(one, 'metadata', 'labels', 'app.kubernetes.io/version')) ?? [],
  );
  const label = labels.find((text) => parseVersion(text) !== undefined);
  if (label !== undefined)
    return { name: 'dapr-version', text: label, origin: 'the label app.kubernetes.io/version of the Deployments' };
  const tagged = deployments
    .flatMap((one) => jsonList(jsonAt(one, 'spec', 'template', 'spec', 'containers')))
    .flatMap((container) => jsonText(jsonAt(container, 'image')) ?? [])
    .find((text) => versionOfImage(text) !== undefined);
  return tagged === undefined
    ? undefined
    : { name: 'dapr-version', text: tagOfImage(tagged) ?? '', origin: `the tag of ${tagged}` };
};
