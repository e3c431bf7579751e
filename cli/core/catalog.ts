import type { Code, ProblemArgs } from './problem-args.ts';

/** `input`: the manifests cannot be taken (exit 3). `settings`: a setting of daps is wrong (exit 2). */
type Blame = 'input' | 'settings';
interface Entry<C extends Code> {
  /** `left-alone`: a warning about a workload that works with plain Dapr and that daps cannot change. */
  readonly severity: 'error' | 'left-alone' | 'warning';
  readonly blame: Blame;
  readonly words: (args: ProblemArgs[C]) => string;
}

const error = <C extends Code>(blame: Blame, words: Entry<C>['words']): Entry<C> => ({
  severity: 'error',
  blame,
  words,
});
const warning = <C extends Code>(words: Entry<C>['words']): Entry<C> => ({
  severity: 'warning',
  blame: 'input',
  words,
});

/** What is in the way, and what to type. */
const leftAlone = <C extends Code>(words: (args: ProblemArgs[C]) => readonly [string, string]): Entry<C> => ({
  severity: 'left-alone',
  blame: 'input',
  words: (args) => words(args).join(': daps leaves the workload alone. '),
});

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
/** A setting as the user spells it there, with a value: `daps.io/container: "web"`, `--container=web`. */
const assignment = (spelling: string, value: string): string =>
  spelling.startsWith('--') || spelling.startsWith('DAPS_') ? `${spelling}=${value}` : `${spelling}: "${value}"`;
const didYouMean = (nearest: string | undefined, otherwise: string): string =>
  nearest === undefined ? otherwise : `Did you mean ${nearest}?`;

/** The only place with words: what happened, why it matters, what to type. */
export const catalog: { readonly [C in Code]: Entry<C> } = {
  'unknown-workload': error(
    'settings',
    ({ asked, nearest, workloads }) =>
      `no Dapr workload of the input is called "${asked}". ${didYouMean(nearest, `There are: ${list(workloads)}.`)}`,
  ),
  'malformed-yaml': error(
    'input',
    ({ reason }) =>
      `this document mentions dapr.io/ and cannot be read: ${reason}. Mend the YAML; "kubectl apply --dry-run=client -f" shows the same place.`,
  ),
  'not-utf8': error('input', (found) =>
    found.kind === 'other'
      ? `the input is ${found.encoding.toUpperCase()}; UTF-8 is the only encoding that Helm, kubectl and kustomize share. Convert it: iconv -f ${found.encoding} -t utf-8 FILE`
      : `the input is not UTF-8, the only encoding that Helm, kubectl and kustomize share: byte 0x${found.byte.toString(16).padStart(2, '0')} at offset ${found.offset} begins no character. Where the file is Latin-1, convert it: iconv -f latin1 -t utf-8 FILE`,
  ),
  'glued-separator': error(
    'input',
    ({ line }) =>
      `"${line}" starts with --- but is no separator: kubectl drops the rest of that line, Helm does not. Put --- on a line of its own.`,
  ),
  'nested-too-deeply': error(
    'input',
    ({ levels }) =>
      `this document mentions dapr.io/ and has more than ${levels} levels of maps and lists in each other here, which daps does not read. Write it with fewer levels, or keep this document from daps.`,
  ),
  'too-many-aliases': error(
    'input',
    () => 'the aliases of this document multiply to more than 500,000 nodes. Write the document out.',
  ),
  'shared-anchor': leftAlone(({ anchor }) => [
    `the anchor &${anchor} is used again (*${anchor}) where daps cannot write it out, so a change here would change both`,
    'Write the value out in one of them.',
  ]),
  'too-many-expansions': leftAlone(({ most }) => [
    `more than ${most} aliases and merge keys stand where daps edits or for what it edits, and it writes out no more`,
    'Write them out: yq -i "explode(.)" FILE',
  ]),
  'ambiguous-merge': leftAlone(({ key }) => [
    `"<<" stands below the key "${key}" and brings "${key}" in as well, of which the API server takes one and kustomize the other`,
    'Put "<<" first in the map.',
  ]),
  'unsupported-key': leftAlone(() => [
    'a key with an anchor that is used again, or one that cannot be written as a plain key, stands where daps must edit',
    'Write it as a plain "key: value".',
  ]),
  'not-a-collection': error(
    'input',
    () =>
      'this is not the map or list that Kubernetes expects here. Mend the manifest; "kubectl explain" names the type.',
  ),
  'invalid-status': error(
    'input',
    ({ reason }) =>
      `the annotation daps.io/status cannot be read (${reason}), so what daps added is not known. Render the manifest again from its source.`,
  ),
  'no-app-container': error(
    'input',
    () => 'there is no container with a name that could be the app. Write containers: [{name: app, image: …}].',
  ),
  'no-container-here': leftAlone(({ kind }) => [
    `this ${kind} names no container that could be the app`,
    `Write containers: [{name: app, image: …}], or inject what the ${kind} is made into.`,
  ]),
  'unlike-a-pod': leftAlone(({ kind, field }) => [
    `${field} is not what the API server takes in a pod, though a ${kind} may mean something of its own by it`,
    `Write ${field} as in a pod, or inject what the ${kind} is made into.`,
  ]),
  'ambiguous-app-container': leftAlone(({ containers, declaring }) => [
    declaring.length === 0
      ? `which container is the app cannot be told, for none declares the app-port, none is called "app", and there is not exactly one (containers: ${list(containers)})`
      : `which container is the app cannot be told, for ${declaring.length} declare the app-port (${list(declaring)}) and none is called "app"`,
    `Write daps.io/container: "${declaring[0] ?? containers[0]}".`,
  ]),
  windows: leftAlone(() => [
    'these pods may run on Windows, and the daps sidecar runs on Linux only',
    'Write kubernetes.io/os: linux in spec.nodeSelector if they do not, else daps.io/enabled: "false".',
  ]),
  'unknown-container': error(
    'settings',
    ({ name, containers, nearest, spelling }) =>
      `there is no container "${name}", which ${spelling} names (containers: ${list(containers)}). ${didYouMean(nearest, `Write ${assignment(spelling, containers[0] ?? 'NAME')}.`)}`,
  ),
  'unknown-init-container': error(
    'settings',
    ({ name, containers, nearest, spelling }) =>
      `there is no init container "${name}", which ${spelling} names (init containers: ${list(containers)}). ${didYouMean(nearest, `Write ${assignment(spelling, containers[0] ?? 'none')}.`)}`,
  ),
  'missing-app-port': error(
    'input',
    ({ because }) =>
      `dapr.io/app-port is missing, but ${because}, which needs one. Write dapr.io/app-port: "8080" with the port the app listens on.`,
  ),
  'unused-app-channel': warning(
    ({ annotations }) =>
      `${list(annotations)} ${annotations.length === 1 ? 'does' : 'do'} nothing without dapr.io/app-port: Dapr gives these pods no app channel and never calls the app. Write dapr.io/app-port: "8080" with the port the app listens on, or remove ${annotations.length === 1 ? 'it' : 'them'}.`,
  ),
  'ignored-app-port': warning(
    ({ text }) =>
      `dapr.io/app-port is "${text}", so Dapr gives these pods no app channel and never calls the app. Write dapr.io/app-port: "8080" with the port the app listens on, or remove it.`,
  ),
  'invalid-app-port': error(
    'input',
    ({ text }) =>
      `dapr.io/app-port is "${text}"; it must be a whole number from 1 to 65535, and daprd would wait for that port for ever. Write dapr.io/app-port: "8080".`,
  ),
  'app-port-conflict': error(
    'input',
    ({ port, purpose }) =>
      `dapr.io/app-port is "${port}", which is ${purpose} in the same pod. Let the app listen on another port, and write that.`,
  ),
  'app-port-of-daps': leftAlone(({ port, purpose }) => [
    `dapr.io/app-port is "${port}", which is ${purpose} in the same pod`,
    'Let the app listen on another port, and write that.',
  ]),
  'port-taken': leftAlone(({ port, container }) => [
    `container "${container}" uses port ${port}, which the daps sidecar needs in the same pod`,
    'Let it listen on another port.',
  ]),
  'uncallable-address': warning(
    ({ url, container }) =>
      `"${url}" of container "${container}" is no address that can be called, so daps does not call it either. Write a host name, or leave host out.`,
  ),
  'unsendable-header': warning(
    ({ header, container }) =>
      `the value of the header ${JSON.stringify(header)} of container "${container}" has a line break or another control character, which no HTTP client sends: the kubelet's call fails each time, and daps does not make it. Write the value without that character.`,
  ),
  'invalid-channel-address': leftAlone(({ text }) => [
    `dapr.io/app-channel-address is "${text}", which is no host name or IP address, so that daprd cannot reach the app`,
    'Write an address without a scheme and a port, or remove it.',
  ]),
  'daprd-port-of-daps': leftAlone(({ annotation, port, purpose, usual }) => [
    `${annotation} is "${port}", which is ${purpose} in the same pod`,
    `Write ${annotation}: "${usual}".`,
  ]),
  'native-sidecar-steered': warning(
    ({ text }) =>
      `dapr.io/enable-native-sidecar is "${text}", but daprd must outlive the app, so daps writes "true"; "daps uninject" gives yours back. Remove the annotation.`,
  ),
  'unknown-port-name': warning(
    ({ name, container }) =>
      `container "${container}" declares no port "${name}", so the kubelet cannot call it, and daps does not either. Declare it under ports, or write the number.`,
  ),
  'invalid-app-protocol': error(
    'input',
    ({ text }) =>
      `dapr.io/app-protocol is "${text}"; daprd exits unless it is http, https, grpc, grpcs or h2c. Write dapr.io/app-protocol: "http".`,
  ),
  'missing-app-id': error(
    'input',
    ({ kind, example }) =>
      `dapr.io/app-id is missing: the pods of a ${kind} have no name yet when Dapr's injector sees them, so it denies them. Write dapr.io/app-id: "${example}".`,
  ),
  'unknown-app-id': leftAlone(({ kind, example }) => [
    `dapr.io/app-id is missing, for which Dapr's injector takes the pod's name, and a ${kind} has none in a manifest`,
    `Write dapr.io/app-id: "${example}", or daps.io/daprd: "injector".`,
  ]),
  'invalid-app-id': error(
    'input',
    ({ text }) =>
      `dapr.io/app-id is "${text}"; it must be at most 58 of a-z, 0-9 and "-", beginning and ending with a letter or digit, or Dapr denies the pod. Write, for example, dapr.io/app-id: "${
        text
          .toLowerCase()
          .split(/[^a-z0-9]+/)
          .filter((word) => word !== '')
          .join('-')
          .slice(0, 58) || 'my-app'
      }".`,
  ),
  'duplicate-app-id': warning(
    ({ appId, other }) =>
      `dapr.io/app-id "${appId}" is also that of ${other} in the same namespace: Dapr takes them for one app, which shares its messages, calls and state. That is right for blue and green, a canary or one Deployment a zone; else give each workload its own dapr.io/app-id.`,
  ),
  'invalid-dapr-annotation': error(
    'input',
    ({ annotation, text, rule, example }) =>
      `${annotation} is "${text}"; it ${rule}, or the API server refuses the pod. Write ${annotation}: "${example}".`,
  ),
  'annotation-not-a-string': error(
    'input',
    ({ annotation, found, quoted }) =>
      `${annotation} is ${found}, and the API server takes only strings as annotation values. ${quoted === undefined ? 'Write it as one text in quotes, or remove it.' : `Write ${annotation}: ${quoted}.`}`,
  ),
  'annotation-on-workload': leftAlone(({ annotation, place }) => [
    `${annotation} stands on the workload, where Dapr does not look, so these pods have no daprd`,
    `Move it to ${place}.`,
  ]),
  'ignored-workload-annotation': warning(
    ({ annotation, place }) =>
      `${annotation} stands on the workload, where Dapr does not look, and not on the pod template, where the others are: it does nothing. Move it to ${place}, or remove it.`,
  ),
  'duplicate-container': error(
    'input',
    ({ name }) =>
      `there are two containers "${name}", and the API server refuses the pod. Give each a name of its own.`,
  ),
  'container-name-taken': leftAlone(({ name }) => [
    `there is a container "${name}" that daps did not add`,
    'Rename it, or write daps.io/enabled: "false".',
  ]),
  'daprd-present': leftAlone(() => [
    'there is a container "daprd" already, so Dapr\'s injector adds none and daps cannot steer it',
    'Remove the container, or write daps.io/enabled: "false".',
  ]),
  'host-network': leftAlone(() => [
    'hostNetwork: true, and the pods of a node would share the ports of the daps sidecar, 9696 and 9697',
    'Remove hostNetwork, or write daps.io/enabled: "false" to say that it is meant so.',
  ]),
  'host-network-ports': warning(
    () =>
      'hostNetwork: true takes the ports of the daps sidecar, 9696 and 9697, on each node, as it takes those of daprd. Keep them free there, or write daps.io/enabled: "false".',
  ),
  'unmatched-override': warning(
    ({ spelling, match, nearest, workloads }) =>
      `${spelling} names ${match}, and no Dapr-enabled workload of this stream is called so. ${didYouMean(nearest, `Write one of: ${list(workloads)}.`)}`,
  ),
  'shared-process-namespace': warning(
    ({ container, command }) =>
      `shareProcessNamespace: true, but container "${container}" counts on being process 1 (${command}). With a shared namespace process 1 is the pause container, with daps as without. Signal the app by name, or remove shareProcessNamespace.`,
  ),
  'invalid-restart-policy': error(
    'input',
    ({ text, allowed }) =>
      `restartPolicy is "${text}", which the API server refuses here. Write ${allowed.map((policy) => `restartPolicy: ${policy}`).join(' or ')}.`,
  ),
  'graceful-shutdown-too-long': warning(
    ({ text, instead }) =>
      `dapr.io/graceful-shutdown-seconds is "${text}"; from 25 s on (0 means without end) daprd gives up its deliveries by itself and the broker drops them, so daps writes "${instead}". Remove the annotation, or write a number from 1 to ${instead}.`,
  ),
  'invalid-grace-period': error(
    'input',
    ({ found }) =>
      `terminationGracePeriodSeconds is ${found}, and the API server takes only a whole number. Write terminationGracePeriodSeconds: 30.`,
  ),
  'no-grace-period': leftAlone(({ seconds }) => [
    `terminationGracePeriodSeconds is ${seconds}, which leaves no time for a preStop hook, so nothing can be drained`,
    'Write terminationGracePeriodSeconds: 30, or daps.io/grace-period: "30s".',
  ]),
  'grace-period-too-short': error(
    'settings',
    ({ gracePeriod, preStopDelay, drainReserve, needed, spelling }) =>
      `a grace period of ${gracePeriod} leaves no time to drain: pre-stop-delay ${preStopDelay} and drain-reserve ${drainReserve} use it up. Write ${assignment(spelling, needed)}.`,
  ),
  'short-grace-period': warning(
    ({ gracePeriod, preStopDelay, drainReserve, needed, spelling }) =>
      `a grace period of ${gracePeriod} is short: daps waits ${preStopDelay} before it drains and leaves ${drainReserve} to the app after that, less than its settings say. Write ${assignment(spelling, needed)} for a whole drain.`,
  ),
  'path-needs-http': error(
    'settings',
    ({ setting, protocol }) =>
      `${setting} is a GET on the app-port, but dapr.io/app-protocol is "${protocol}": it would never be answered. Give the app container a readinessProbe with grpc or tcpSocket instead, and set ${setting} only on workloads that speak HTTP.`,
  ),
  'unknown-annotation': error(
    'settings',
    ({ annotation, nearest }) =>
      `there is no annotation ${annotation}. ${didYouMean(nearest, '"daps inject --help" lists the settings.')}`,
  ),
  'unknown-setting': error(
    'settings',
    ({ spelling, nearest }) =>
      `there is no setting ${spelling}. ${didYouMean(nearest, '"daps inject --help" lists the settings.')}`,
  ),
  'invalid-setting': error(
    'settings',
    ({ spelling, text, rule, example }) => `${spelling} is "${text}"; it ${rule}. Write "${example}".`,
  ),
  'request-above-limit': error(
    'settings',
    ({ request, requestSpelling, limit, spelling }) =>
      `${requestSpelling} is "${request}" and ${spelling} is "${limit}": the API server refuses a request above its limit. Write ${assignment(spelling, request)}.`,
  ),
  'not-in-this-version': error(
    'settings',
    ({ spelling, text, instead }) => `${spelling} is "${text}", which is not in this version of daps. ${instead}`,
  ),
  'kube-version-too-old': error(
    'settings',
    ({ version }) =>
      `Kubernetes ${version} has no native sidecars: the daps init container would never end. Upgrade to 1.29 or later, or drop --kube-version if it is wrong.`,
  ),
  'dapr-version-too-old': error(
    'settings',
    ({ version }) =>
      `the injector of Dapr ${version} cannot add daprd as a native sidecar. Let daps add daprd with --trust-anchors=ca.crt, upgrade Dapr to 1.18 or later, or drop --dapr-version if it is wrong.`,
  ),
  'unreadable-file': error(
    'settings',
    ({ path, reason, command }) =>
      `${path} cannot be read: ${reason}. ${command === undefined ? 'Check the path, or pipe the manifests in; "daps --help" lists the commands.' : `Did you mean the command daps ${command}?`}`,
  ),
  'unwritable-file': error(
    'settings',
    ({ path, reason }) => `${path} cannot be written: ${reason}. Name another file, or leave the flag out.`,
  ),
  'malformed-baseline': error(
    'settings',
    ({ path, reason }) =>
      `${path} is no baseline of daps lint: ${reason}. Write it: daps lint --write-baseline ${path}`,
  ),
  'malformed-config': error(
    'settings',
    ({ path, reason, instead = 'settings as in "readyPath: /healthz", one a line; the README lists them' }) =>
      `${path} cannot be read as settings: ${reason}. Write ${instead}.`,
  ),
  'not-a-resource-list': error(
    'input',
    () =>
      '"daps fn" reads one ResourceList (config.kubernetes.io/v1), as kustomize and kpt send it. For plain manifests use "daps inject".',
  ),
  'unquoted-enabled': warning(
    ({ found }) =>
      `dapr.io/enabled is ${found} without quotes: it reads as true and is treated so, but the API server takes only strings. Write dapr.io/enabled: "true".`,
  ),
  'enabled-not-true': leftAlone(({ text }) => [
    `dapr.io/enabled is "${text}", and from 1.17.3 on Dapr's injector takes only "true", so these pods have no daprd`,
    'Write dapr.io/enabled: "true".',
  ]),
  'no-trust-anchors': error(
    'settings',
    ({ spelling }) =>
      `${spelling} is "inline", but there are no trust anchors, without which daprd does not start; Dapr's injector takes them from its own namespace. Write --trust-anchors=ca.crt, or run "daps capture" to read them from the cluster.`,
  ),
  'invalid-trust-anchors': error(
    'settings',
    ({ spelling, reason, advice }) => `${spelling} cannot be used: ${reason}. ${advice}`,
  ),
  'unknown-daprd-version': error('settings', ({ image }) =>
    image === ''
      ? 'which daprd is to be added is not known; Dapr\'s injector has an image of its own. Write --dapr-version=1.18.1, or run "daps capture".'
      : `the image "${image}" does not say its version, and daprd ends at once where it is given a flag it does not know. Write --dapr-version=1.18.1 with the version that it is.`,
  ),
  'daprd-too-old': error(
    'settings',
    ({ version }) =>
      `daprd ${version} is older than 1.14, whose flags and variables are others. Use a newer image, or leave daprd to the cluster with daps.io/daprd: "injector".`,
  ),
  'unknown-sidecar-image': leftAlone(({ image }) => [
    `the image "${image}" does not say its version, and daprd ends at once where it is given a flag it does not know`,
    'Write dapr.io/sidecar-image with the version as its tag, --dapr-version=1.18.1 with the version that it is, or daps.io/daprd: "injector".',
  ]),
  'sidecar-image-too-old': leftAlone(({ image }) => [
    `the image "${image}" is older than daprd 1.14, whose flags and variables are others`,
    'Write dapr.io/sidecar-image with a newer one, or daps.io/daprd: "injector".',
  ]),
  'unknown-namespace': error(
    'settings',
    ({ component, namespace }) =>
      `whether Component "${component}" is in the namespace of this workload cannot be told: only one of the two names one (${namespace}). Dapr's injector adds the containers of the Components in the pod's namespace. Write --namespace=${namespace}.`,
  ),
  'invalid-component-container': warning(
    ({ component }) =>
      `dapr.io/component-container of Component "${component}" is no JSON object: Dapr's injector passes over it, and so does daps. Write '{"image": "registry.example/store:1"}'.`,
  ),
  'no-helm': error(
    'settings',
    ({ program }) =>
      `there is no program "${program}" on PATH. Install Helm, or name it: daps helm-plugin install --helm PATH`,
  ),
  'helm-failed': error(
    'settings',
    ({ program, message }) => `"${program} version" failed: ${message}. Fix Helm first; try: ${program} version`,
  ),
  'unknown-helm': error(
    'settings',
    ({ program, version }) =>
      `"${program} version" says "${version}"; daps knows Helm 3 and Helm 4. Name another: daps helm-plugin install --helm PATH`,
  ),
  'no-plugins-folder': error(
    'settings',
    ({ program }) => `"${program} env HELM_PLUGINS" names no folder. Set it: export HELM_PLUGINS=FOLDER`,
  ),
  'plugins-folder-of-helm-3': error(
    'settings',
    ({ program, version, folder }) =>
      `${program} is Helm ${version} and uses the same plugins folder ${folder}: with a Helm 4 plugin in it, every command of Helm 3 fails. Give Helm 4 a folder of its own, and export it for every Helm 4 call: HELM_PLUGINS="${folder}-4" daps helm-plugin install`,
  ),
  'unwritable-plugin': error(
    'settings',
    ({ path, reason }) => `${path} cannot be written: ${reason}. Choose a folder of yours: export HELM_PLUGINS=FOLDER`,
  ),
  'no-bundle': error(
    'settings',
    () => 'daps runs from its sources and has no bundle to install. Build it: npm run build',
  ),
  'unusable-node-path': error(
    'settings',
    ({ path, oldest }) =>
      `the only Node here that is new enough is ${path}, and Helm cannot start a path with a space. Put Node ${oldest} or later on PATH.`,
  ),
  'no-such-command': error(
    'settings',
    ({ program }) => `there is no program "${program}" on PATH, so nothing was written. Install it, or write its path.`,
  ),
  'command-not-executable': error(
    'settings',
    ({ program }) => `"${program}" cannot be executed, so nothing was written. Try: chmod +x ${program}`,
  ),
  'command-killed': error(
    'input',
    ({ command, signal }) =>
      `${command} was ended by ${signal}, so nothing was written. Run it alone to see why: ${command}`,
  ),
  'command-failed': error(
    'input',
    ({ command, exitCode }) =>
      `${command} failed with exit code ${exitCode}, so nothing was written. Its own messages stand above; run it alone: ${command}`,
  ),
  'no-cluster-access': error(
    'settings',
    ({ where, reason }) => `${where} cannot be used to reach a cluster: ${reason}. Try the same with: kubectl version`,
  ),
  'cluster-access-denied': error(
    'settings',
    ({ what, message }) =>
      `reading ${what} is not allowed: ${message}. Ask for the rights in fixtures/example/capture-rbac.yaml, or name the control plane's namespace with --namespace.`,
  ),
  'no-dapr': error('settings', ({ where }) =>
    where === ''
      ? 'no namespace of this cluster has a Deployment of Dapr\'s injector or sentry. Look where Dapr is with "dapr status -k", or choose another cluster with --context.'
      : `namespace ${where} has no Deployment of Dapr's injector or sentry. Leave --namespace out to look in all namespaces.`,
  ),
  'several-daprs': error(
    'settings',
    ({ namespaces }) =>
      `there is a Dapr in each of ${list(namespaces)}. Say which one with --namespace=${namespaces[0]}.`,
  ),
  'no-trust-bundle': error(
    'settings',
    ({ namespace }) =>
      `ConfigMap ${namespace}/dapr-trust-bundle has no ca.crt: sentry has not made its root certificate yet. Wait for it with: kubectl rollout status -n ${namespace} deployment/dapr-sentry`,
  ),
  'captured-key-taken': error(
    'settings',
    ({ key, path }) =>
      `${path} sets ${key} outside of what daps wrote there, and a key can stand only once. Remove that line, or write the facts to another file with --output=FILE.`,
  ),
  'unknown-cluster-fact': warning(
    ({ key, example }) =>
      `what ${key} is does not stand in any object that may be read here. Write "${key}: ${example}" with the right value.`,
  ),
  'cluster-drift': warning(
    ({ key, file, cluster }) =>
      `${key} is ${file} in the file, and the cluster has ${cluster}. Run "daps capture", and render again.`,
  ),
  'expired-trust-anchor': warning(
    ({ subject, date }) =>
      `the trust anchor ${subject} expired on ${date}; Dapr's injector would still hand it out, and daprd trusts nothing it signed. Read the present one with "daps capture".`,
  ),
  'expiring-trust-anchor': warning(
    ({ subject, date, days }) =>
      `the trust anchor ${subject} expires on ${date}, in ${days} days: pods that are not recreated by then lose their control plane. Renew it with "dapr mtls renew-certificate -k", then run "daps capture".`,
  ),
  'daprd-newer-than-known': warning(
    ({ version, known }) =>
      `daprd ${version} is newer than this version of daps knows: it is written for like ${known}. Update daps, or write daps.io/daprd: "injector".`,
  ),
  'webhook-adds-second-daprd': warning(
    ({ version }) =>
      `the webhook of Dapr ${version} does not look for daprd among init containers and would add a second one, which the API server refuses. Keep it away: helm upgrade dapr … --set-json 'dapr_sidecar_injector.objectSelector={"matchExpressions":[{"key":"dapr.io/sidecar-injected","operator":"DoesNotExist"}]}'`,
  ),
  'annotation-too-new': warning(
    ({ annotation, needed, version }) =>
      `${annotation} needs daprd ${needed}, and the image is ${version}: it is left out. A newer injector would write the flag, and daprd would end at once. Use an image from ${needed} on, or remove the annotation.`,
  ),
  'ignored-dapr-annotation': warning(
    ({ annotation, text, what, effect, instead }) =>
      `${annotation} is "${text}", which ${what}: Dapr's injector ${effect} without a word, and so does daps. Write ${instead}.`,
  ),
  'exec-pre-stop': warning(
    ({ container }) =>
      `container "${container}" keeps its exec preStop hook, and a container has only one: SIGTERM follows that hook, not the drain. Use httpGet or sleep, which daps takes over.`,
  ),
  'readiness-of-daprd': warning(
    ({ container }) =>
      `the readinessProbe of container "${container}" asks daprd, which says nothing of the app, so the gate opens as soon as the app's port takes a connection. Probe the app instead, or write daps.io/ready-path: "/healthz" with a path of the app.`,
  ),
  'probe-waits-for-gate': warning(
    ({ probe, container }) =>
      `the ${probe} of container "${container}" asks daprd for /v1.0/healthz, which fails while daprd waits for the app: at every start and after every crash the kubelet may restart the container for it. Ask for /v1.0/healthz/outbound, or probe the app.`,
  ),
  'api-allowlist': warning(
    ({ configuration, apis }) =>
      `the Configuration "${configuration}" refuses ${apis.join(' and ')} to the sidecar (spec.api). Without shutdown daprd cannot be ended after the drain, so it ends by its SIGTERM, and the pod 5 s later; without metadata the app's calls to itself may be held. Add ${apis.map((name) => `{name: ${name}, version: v1, protocol: http}`).join(' and ')} to allowed, or take them out of denied.`,
  ),
  'block-shutdown': warning(
    () => 'dapr.io/block-shutdown-duration is not needed with daps and delays the end of every pod. Remove it.',
  ),
  'knative-service': warning(
    () => 'a Knative Service makes its own pods and hooks; daps leaves it alone, so its messages are not protected.',
  ),
  'old-dapr-annotation': warning(
    ({ annotation, now, text }) =>
      `${annotation} is the name of before Dapr 1.0, and Dapr does not read it. Write ${now}: ${JSON.stringify(text)}.`,
  ),
  'unknown-dapr-annotation': warning(
    ({ annotation, nearest, text }) =>
      `Dapr has no annotation ${annotation} and does not read it. Did you mean ${nearest}? Write ${nearest}: ${JSON.stringify(text)}.`,
  ),
  'unknown-kind': warning(
    ({ kind, item }) =>
      `daps does not know where a ${kind} has its pod template and leaves it alone, so its messages are not protected. Write in .daps.yaml: workloads: [${item}]`,
  ),
  'unnamed-pod-template': warning(
    ({ kind, place }) =>
      `a ${kind} has its pod template at or below ${place}, which no item of workloads in .daps.yaml can name, so daps leaves it alone and its messages are not protected. Move what daps is to protect into a Job or Deployment.`,
  ),
  'unknown-injected-kind': warning(
    ({ kind, item }) =>
      `daps does not know where ${kind === '' ? 'this' : `a ${kind}`} has its pod template, so what daps added to it stays. ${item === undefined ? 'Render the manifest again from its source.' : `Write in .daps.yaml: workloads: [${item}]`}`,
  ),
  'no-pod-template': warning(({ kind, isInList }) => {
    if (kind === '')
      return 'this asks for Dapr and is no Kubernetes object, such as a values file; daps changes rendered manifests only. Write: helm template … | daps';
    return isInList
      ? `a ${kind} has its pod templates in a list, where daps changes nothing, so its messages are not protected. Move what daps is to protect into a Job or Deployment.`
      : `a ${kind} asks for Dapr here, where there is no pod template that daps could change, so its messages are not protected. Give daps what is made of it, for a chart with: helm template … | daps`;
  }),
  'unknown-rule': error(
    'settings',
    ({ spelling, rule, nearest }) =>
      `${spelling} names "${rule}", and there is no rule of that id. ${didYouMean(nearest, 'List the rules: daps rules')}`,
  ),
  'unmatched-ignore': warning(
    ({ spelling, rule }) => `${spelling} ignores nothing: no finding of ${rule} is left there. Remove it.`,
  ),
  'ignore-without-reason': warning(
    ({ spelling }) =>
      `${spelling} has no reason, so it ignores nothing. Write why, such as ${spelling}: "the queue is drained by hand".`,
  ),
};
