import type { Tape } from './decision-bytes.ts';
import { type Entry, type MapTree, map, seq, shared, type Tree, text, typed } from './tree.ts';

type Fields = readonly (Entry | false | undefined)[];

/** A map of the fields that are there, in any order, now and then with a key twice: the last one counts. */
const fields = (tape: Tape, list: Fields): MapTree => {
  const present = tape.shuffle(list.filter((field) => field !== false && field !== undefined));
  if (!tape.chance(1.5)) return map(present);
  const at = tape.below(present.length);
  const [key, value] = present[at] ?? ['none', text('')];
  return map([...present.slice(0, at), [key, tape.pick([value, text('first')])], ...present.slice(at)]);
};

const proseLines = [
  'a line of text',
  '',
  '  more indented',
  '# no comment: it is text',
  '--- no separator',
  'key: {value}',
  'dapr.io/enabled: "true"',
  'üñï 🎉 \u00a0 end',
  'it\'s "quoted"',
  '\ttab',
] as const;

export const prose = (tape: Tape): Tree => ({
  kind: 'prose',
  lines: ['first line', ...Array.from({ length: tape.below(5) }, () => tape.pick(proseLines))],
});

const anyText = (tape: Tape): Tree =>
  tape.chance(20)
    ? prose(tape)
    : text(
        tape.pick([
          'web',
          '',
          'two words',
          'true',
          '8080',
          'a: b',
          "it's",
          '"q"',
          '# x',
          'ü🎉',
          'null',
          '- a',
          '&x',
          '*y',
          '{{ x }}',
          'a\\b',
          '1e3',
          'on',
          ' lead',
          'a\tb',
          '%a',
          '@b',
          'x #y',
          'x:',
          '-',
          '~',
        ]),
      );

const emptyOr = (tape: Tape, key: string, full: () => Tree, empty: readonly [Tree, ...Tree[]]): Entry | undefined => {
  switch (tape.below(6)) {
    case 0:
      return undefined;
    case 1:
    case 2:
    case 3:
      return [key, full()];
    default:
      return [key, tape.pick(empty)];
  }
};

const nothing = [map({}), typed(''), typed('null'), typed('~')] as const;
const noItems = [seq(), typed(''), typed('null'), typed('~')] as const;

const annotations = (tape: Tape, id: string, enabled: boolean): MapTree => {
  const own = (name: string, value: string): Entry => [`dapr.io/${name}`, text(value)];
  const hasPort = enabled && !tape.chance(12);
  const protocol = tape.pick(['', '', '', 'http', 'grpc', 'https', 'grpcs', 'h2c', 'HTTP']);
  return fields(tape, [
    enabled && own('enabled', 'true'),
    enabled && own('app-id', id),
    hasPort && own('app-port', '8080'),
    ...(hasPort ? withPort(tape, protocol) : []),
    enabled && tape.chance(15) && own('log-level', 'debug'),
    enabled && tape.chance(5) && own('enable-native-sidecar', tape.pick(['false', 'true'])),
    tape.chance(20) && ['prometheus.io/port', text('9090')],
    tape.chance(15) && ['notes', anyText(tape)],
    tape.chance(5) && ['ключ', anyText(tape)],
    tape.chance(5) && ['a key', anyText(tape)],
  ]);
};

const withPort = (tape: Tape, protocol: string): Fields => [
  protocol !== '' && ['dapr.io/app-protocol', text(protocol)],
  tape.chance(8) && ['dapr.io/app-ssl', text(tape.pick(['true', 'false', 'yes']))],
  tape.chance(8) && ['dapr.io/app-channel-address', text(tape.pick(['127.0.0.1', 'localhost', '10.0.0.1']))],
  tape.chance(8) && ['dapr.io/unix-domain-socket-path', text('/tmp/sockets')],
  tape.chance(10) && ['daps.io/log-level', text('warn')],
  tape.chance(15) && ['daps.io/grace-period', text(tape.pick(['45s', '2m', '1s']))],
  tape.chance(5) && ['daps.io/enabled', text(tape.pick(['true', 'false']))],
];

const handler = (tape: Tape): MapTree => {
  switch (tape.below(4)) {
    case 0:
      return map({ httpGet: map({ path: text('/x'), port: typed(8080) }) });
    case 1:
      return map({ tcpSocket: map({ port: text('http') }) });
    case 2:
      return map({ sleep: map({ seconds: typed(tape.pick([3, 10])) }) });
    default:
      return map({ exec: map({ command: seq(text('sh'), text('-c'), anyText(tape)) }) });
  }
};

const probe = (tape: Tape): MapTree =>
  tape.pick([
    map({ httpGet: map({ path: text('/ready'), port: text('http') }), periodSeconds: typed(5) }),
    map({ tcpSocket: map({ port: typed(8080) }) }),
    map({ exec: map({ command: seq(text('true')) }) }),
  ]);

const container = (tape: Tape, name: string): MapTree =>
  fields(tape, [
    ['name', text(name)],
    ['image', text(`registry.example/${name}:1.2`)],
    name === 'app' && ['ports', seq(map({ name: text('http'), containerPort: typed(8080) }))],
    tape.chance(20) && ['args', seq(...tape.some(50, [anyText(tape), text('--x'), anyText(tape)]))],
    tape.chance(20) && ['env', seq(map({ name: text('A'), value: anyText(tape) }))],
    name === 'app' && tape.chance(30) && ['readinessProbe', probe(tape)],
    emptyOr(
      tape,
      'lifecycle',
      () => fields(tape, [['preStop', handler(tape)], tape.chance(20) && ['postStart', handler(tape)]]),
      nothing,
    ),
    tape.chance(15) && [
      'resources',
      tape.pick([map({}), map({ limits: map({ cpu: typed('0.5'), memory: text('1Gi') }) })]),
    ],
    tape.chance(8) && ['command', seq(text('sh'), prose(tape))],
  ]);

const podSpec = (tape: Tape, runsOnce: boolean): MapTree =>
  fields(tape, [
    [
      'containers',
      seq(
        ...tape.shuffle([
          container(tape, 'app'),
          ...tape.some(20, ['side', 'logs']).map((name) => container(tape, name)),
        ]),
      ),
    ],
    emptyOr(tape, 'initContainers', () => seq(container(tape, 'init')), noItems),
    tape.chance(25) && ['volumes', tape.pick([seq(map({ name: text('tmp'), emptyDir: map({}) })), ...noItems])],
    tape.chance(25) && ['terminationGracePeriodSeconds', typed(tape.pick(['60', '31', '0x3C', '30']))],
    runsOnce && ['restartPolicy', text('Never')],
    tape.chance(10) && ['nodeSelector', tape.pick([map({}), map({ zone: text('a') })])],
    tape.chance(6) && ['affinity', map({ a: seq(seq(typed(1), typed(2)), map({ b: typed('') })) })],
  ]);

/** How labels are shared between the selector and the pod template: rarely, for some of it daps must refuse. */
const labelled = (tape: Tape): { readonly labels: Entry | undefined; readonly selector: Tree } => {
  const labels = map({ app: text('web'), tier: text(tape.pick(['a', 'true', '1'])) });
  if (tape.chance(6)) return { labels: ['labels', shared('labels', labels)], selector: shared('labels', labels) };
  if (tape.chance(4)) {
    const merged = map([
      ['<<', shared('common', labels)],
      ['extra', text('x')],
    ]);
    return { labels: ['labels', merged], selector: shared('common', labels) };
  }
  return { labels: emptyOr(tape, 'labels', () => labels, nothing), selector: labels };
};

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** An object with a pod template, Dapr-enabled or not. */
export const workload = (tape: Tape, id: string, enabled: boolean): MapTree => {
  const kind = tape.pick(['Deployment', 'StatefulSet', 'Pod', 'Job', 'CronJob', 'DaemonSet']);
  const group = kind === 'Pod' ? 'v1' : kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
  const { labels, selector } = labelled(tape);
  const own = annotations(tape, id, enabled);
  const sharesAll = tape.chance(3);
  const noted: Tree = sharesAll ? shared('annotations', own) : own;
  const templateMetadata = fields(tape, [
    kind === 'Pod' && ['name', text(id)],
    [
      'annotations',
      tape.chance(4)
        ? map([
            ['<<', shared('base', own)],
            ['z', text('z')],
          ])
        : noted,
    ],
    labels,
  ]);
  const spec = podSpec(tape, kind === 'Job' || kind === 'CronJob');
  const head: Fields = [
    ['apiVersion', text(group)],
    ['kind', text(kind)],
  ];
  if (kind === 'Pod') return fields(tape, [...head, ['metadata', templateMetadata], ['spec', spec]]);
  const metadata: Entry = ['metadata', map({ name: text(id) })];
  const template = fields(tape, [
    ['metadata', templateMetadata],
    ['spec', spec],
  ]);
  const inner = (paths[kind] ?? ['spec', 'template'])
    .slice(1, -1)
    .reduceRight<Fields>(
      (below, key) => [[key, fields(tape, below)]],
      [
        ['template', template],
        kind !== 'Job' && kind !== 'CronJob' && ['selector', map({ matchLabels: selector })],
        tape.chance(30) && ['replicas', typed(2)],
      ],
    );
  const extra: Fields = [
    sharesAll && tape.chance(50) && ['x-annotations', noted],
    tape.chance(3) && ['x-base', shared('base', own)],
  ];
  return fields(tape, [...head, metadata, ['spec', fields(tape, inner)], ...extra]);
};

/** Something that has no pod template. */
export const otherObject = (tape: Tape, id: string): MapTree =>
  fields(tape, [
    ['apiVersion', text('v1')],
    ['kind', text(tape.pick(['ConfigMap', 'Service', 'Secret']))],
    ['metadata', map({ name: text(id) })],
    ['data', map({ a: anyText(tape), b: prose(tape), c: seq(anyText(tape), anyText(tape)) })],
  ]);

export const listOf = (tape: Tape, items: readonly Tree[]): MapTree =>
  fields(tape, [
    ['apiVersion', text('v1')],
    ['kind', text('List')],
    ['items', seq(...items)],
  ]);
