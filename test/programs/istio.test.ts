import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { paths } from '../../proxy/contract/names.ts';
import { injected } from '../support/cli/daps.ts';
import { needsTools, toolPath } from '../support/tools.ts';

interface Handler {
  readonly httpGet?: { readonly path: string; readonly port: number };
  readonly exec?: object;
}
interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly preStop?: Handler };
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}
interface Pod {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly initContainers: readonly Container[]; readonly containers: readonly Container[] };
}

const manifest = (annotations: Readonly<Record<string, string>>, more = ''): string => `apiVersion: v1
kind: Pod
metadata:
  name: orders
  labels: {sidecar.istio.io/inject: "true"}
  annotations:
    dapr.io/enabled: "true"
    dapr.io/app-id: orders
    dapr.io/app-port: "8080"
${Object.entries(annotations)
  .map(([name, text]) => `    ${name}: "${text}"\n`)
  .join('')}spec:
  containers:
  - name: orders
    image: shop/orders:1
    readinessProbe: {httpGet: {path: /healthz, port: 8080}}
${more}`;

/** What Istio's injector makes of what daps prints. */
const meshed = (text: string, ...flags: readonly string[]): Pod => {
  const inline = { 'trust-anchors': 'configMap:dapr-trust-bundle', 'dapr-version': '1.18.1' };
  const printed = execFileSync(toolPath('istio') ?? 'istio', flags, {
    input: injected(text, inline),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return parseAllDocuments(printed)[0]?.toJS() as Pod;
};

const kinds: readonly (readonly [title: string, native: string, flags: readonly string[], init: readonly string[]])[] =
  [
    ['an ordinary proxy', 'false', [], ['daprd', 'daps', 'istio-init']],
    ['an ordinary proxy, and the CNI plugin', 'false', ['-cni'], ['istio-validation', 'daprd', 'daps']],
    ['a native proxy', 'true', [], ['istio-init', 'istio-proxy', 'daprd', 'daps']],
    ['a native proxy, and the CNI plugin', 'true', ['-cni'], ['istio-validation', 'istio-proxy', 'daprd', 'daps']],
  ];

const namesOf = (containers: readonly Container[]): readonly string[] => containers.map(({ name }) => name);
const find = ({ spec }: Pod, name: string): Container | undefined =>
  [...spec.initContainers, ...spec.containers].find((container) => container.name === name);

describe("what Istio's injector makes of injected pods", function () {
  this.timeout(60_000);
  before(function () {
    needsTools(this, 'istio');
  });

  for (const [title, native, flags, init] of kinds)
    it(`${title}: no init container waits for the network, and the control port stays out of the mesh`, () => {
      const pod = meshed(manifest({ 'sidecar.istio.io/nativeSidecar': native }), ...flags);
      expect(namesOf(pod.spec.initContainers)).to.deep.equal(init);
      for (const name of ['daprd', 'daps']) expect(find(pod, name)?.startupProbe, name).to.equal(undefined);
      expect(pod.metadata.annotations['traffic.sidecar.istio.io/excludeInboundPorts']?.split(',')).to.include('9697');
      if (flags.length > 0) return; // the plugin reads the annotation
      const args = find(pod, 'istio-init')?.args ?? [];
      expect(args[args.indexOf('-d') + 1]?.split(',')).to.include('9697');
    });

  it("redirects the app's hook to its own agent, which is told where it led", () => {
    const pod = meshed(manifest({ 'sidecar.istio.io/nativeSidecar': 'true' }));
    const { path, port } = find(pod, 'orders')?.lifecycle?.preStop?.httpGet ?? {};
    expect([path, port]).to.deep.equal(['/app-lifecycle/orders/prestopz', 15020]);
    const probers = find(pod, 'istio-proxy')?.env?.find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')?.value ?? '{}';
    expect(JSON.parse(probers)).to.deep.include({
      '/app-lifecycle/orders/prestopz': { httpGet: { path: paths.appShutdown, port: 9697 } },
    });
  });

  const override = '  - {name: istio-proxy, image: auto}\n';

  it('leaves the hook of an ordinary proxy that the manifest has, so that it stays for as long as the app', () => {
    const pod = meshed(manifest({ 'sidecar.istio.io/nativeSidecar': 'false' }, override));
    expect(namesOf(pod.spec.containers)).to.deep.equal(['orders', 'istio-proxy']);
    expect(find(pod, 'istio-proxy')?.lifecycle?.preStop).to.deep.equal({
      httpGet: { path: paths.containerShutdown, port: 9697 },
    });
  });

  it('gives a native proxy one hook, also where the manifest has the container', () => {
    const pod = meshed(manifest({ 'sidecar.istio.io/nativeSidecar': 'true' }, override));
    expect(Object.keys(find(pod, 'istio-proxy')?.lifecycle?.preStop ?? {})).to.deep.equal(['exec']);
  });
});
