const pod = (annotations: string, rest = ''): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    dapr.io/enabled: "true"
    dapr.io/app-id: web
    dapr.io/app-port: "8080"
${annotations}spec:
  containers:
    - name: app
      image: x
${rest}`;

/** Copies of a text, numbered, until there are so many characters. */
const repeat = (length: number, text: string | ((index: number) => string)): string => {
  const parts: string[] = [];
  for (let index = 0, sum = 0; sum < length; index += 1) {
    const part = typeof text === 'string' ? text : text(index);
    parts.push(part);
    sum += part.length;
  }
  return parts.join('');
};

const listOf = (length: number, item: (index: number) => string): string =>
  `apiVersion: v1\nkind: List\nitems:\n${repeat(length, item)}`;

const podInList = (index: number, annotations: string, labels: string, container: string): string => `- apiVersion: v1
  kind: Pod
  metadata:
    name: web-${index}
    annotations: {dapr.io/enabled: "true", dapr.io/app-id: web-${index}, ${annotations}}
    labels: ${labels}
  spec:
    containers: [${container}]
`;

const json = (count: number, indent: number): string =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'web', 'dapr.io/app-port': '80' } },
      spec: { containers: [{ name: 'app' }], x: Array.from({ length: count }, (_, index) => ({ a: index % 7 })) },
    },
    null,
    indent,
  );

/** A document of about so many characters, nearly all of them one construct. */
export const constructs: Readonly<Record<string, (length: number) => string>> = {
  comments: (n) => repeat(n, '# c\n') + pod(''),
  'comments with CRLF': (n) => (repeat(n, '# c\n') + pod('')).replaceAll('\n', '\r\n'),
  'comments between keys': (n) => pod(repeat(n, '    # c\n')),
  'blank lines': (n) => repeat(n, '\n') + pod(''),
  'blank lines of spaces': (n) => pod(repeat(n, '    \n')),
  'blank lines of tabs': (n) => pod(repeat(n, '\t\n')),
  'a line of spaces': (n) => `${' '.repeat(n)}\n${pod('')}`,
  'spaces in # Source:': (n) => `# Source: a${' '.repeat(n)}b\n${pod('')}`,
  'spaces before a comment': (n) => pod(`    a: b${' '.repeat(n)}# c\n`),
  keys: (n) => pod(repeat(n, (index) => `    k${index}: v\n`)),
  'one key again and again': (n) => pod(repeat(n, '    k: v\n')),
  '? keys': (n) => pod(repeat(n, (index) => `    ? k${index}\n    : v\n`)),
  tags: (n) => pod(repeat(n, (index) => `    k${index}: !!str v\n`)),
  'a plain scalar': (n) => pod(`    k: ${'a '.repeat(n / 2)}\n`),
  'lines of a plain scalar': (n) => pod(`    k: a\n${repeat(n, '      b c\n')}`),
  'blank lines in a plain scalar': (n) => pod(`    k: a\n${repeat(n, '\n')}      b\n`),
  'a double-quoted scalar': (n) => pod(`    k: "${'a'.repeat(n)}"\n`),
  'spaces in double quotes': (n) => pod(`    k: "${' '.repeat(n)}"\n`),
  backslashes: (n) => pod(`    k: "${'\\\\'.repeat(n / 2)}"\n`),
  'escaped quotes': (n) => pod(`    k: "${'\\"'.repeat(n / 2)}"\n`),
  'lines in double quotes': (n) => pod(`    k: "a\n${repeat(n, '      b\n')}      c"\n`),
  'a double quote that is not closed': (n) => pod(`    k: "${repeat(n, 'a\n      ')}`),
  'single quotes': (n) => pod(`    k: '${"''".repeat(n / 2)}'\n`),
  'lines in single quotes': (n) => pod(`    k: 'a\n${repeat(n, '      b\n')}      c'\n`),
  'a single quote that is not closed': (n) => pod(`    k: '${"''".repeat(n / 2)}\n`),
  'a literal scalar': (n) => pod(`    k: |\n${repeat(n, '      a\n')}`),
  'blank lines in a literal scalar': (n) => pod(`    k: |+\n      a\n${repeat(n, '\n')}`),
  'lines of spaces in a literal scalar': (n) => pod(`    k: |\n      a\n${repeat(n, '      \n')}`),
  'lines of tabs behind a literal scalar': (n) => pod(`    k: |\n      a\n${repeat(n, '\t\n')}`),
  'a literal scalar with its indentation': (n) => pod(`    k: |2\n${repeat(n, '      a\n')}`),
  'a folded scalar': (n) => pod(`    k: >\n${repeat(n, '      a\n')}`),
  'blank lines in a folded scalar': (n) => pod(`    k: >\n      a\n${repeat(n, '\n')}      b\n`),
  'a flow sequence': (n) => pod('', `  x: [${repeat(n, 'a, ')}]\n`),
  'a flow map': (n) => pod('', `  x: {${repeat(n, (index) => `k${index}: v, `)}}\n`),
  'lines of a flow sequence': (n) => pod('', `  x: [\n${repeat(n, '    a, # c\n')}  ]\n`),
  'pairs in a flow sequence': (n) => pod('', `  x: [${repeat(n, 'a: b, ')}]\n`),
  'open brackets': (n) => pod('', `  x: ${'['.repeat(n)}\n`),
  'nested brackets': (n) => pod('', `  x: ${'['.repeat(n / 2)}${']'.repeat(n / 2)}\n`),
  'nested braces': (n) => pod('', `  x: ${'{a: '.repeat(n / 5)}b${'}'.repeat(n / 5)}\n`),
  JSON: (n) => json(n / 8, 0),
  'JSON with indentation': (n) => json(n / 30, 2),
  'JSON that is not closed': (n) => `{"a":"dapr.io/${repeat(n, '","b":"')}`,
  'brackets of JSON that are not closed': (n) => `{"a": "dapr.io/", "b": ${'['.repeat(n)}`,
  NDJSON: (n) => repeat(n, '{"a":"dapr.io/"}\n'),
  items: (n) => pod('', `  x:\n${repeat(n, '  - a\n')}`),
  'empty items': (n) => pod('', `  x:\n${repeat(n, '  -\n')}`),
  'items in items': (n) => pod('', `  x:\n    ${'- '.repeat(n / 2)}a\n`),
  'maps in maps': (n) =>
    pod('', `  x:\n${Array.from({ length: Math.sqrt(2 * n) }, (_, i) => `${' '.repeat(4 + i)}a:\n`).join('')}`),
  '---': (n) => repeat(n, '---\n# dapr.io/\n'),
  '...': (n) => repeat(n, '...\n# dapr.io/\n'),
  directives: (n) => `${repeat(n, '%YAML 1.1\n')}---\n${pod('')}`,
  'documents with directives': (n) => repeat(n, '%YAML 1.1\n---\n# dapr.io/\n...\n'),
  'a line of dashes': (n) => `${'-'.repeat(n)}\n${pod('')}`,
  anchors: (n) => pod(repeat(n, (index) => `    k${index}: &a${index} v\n`)),
  aliases: (n) => pod(`    k: &a v\n${repeat(n, (index) => `    k${index}: *a\n`)}`),
  'aliases of what is edited': (n) =>
    pod('').replace('  annotations', '  labels: &l {a: b}\n  annotations') + repeat(n, (index) => `x${index}: *l\n`),
  'aliases of aliases': (n) =>
    `a0: &a0 [x]\n${repeat(n, (index) => `a${index + 1}: &a${index + 1} [*a${index}]\n`)}${pod('')}`,
  'aliases that multiply': (n) =>
    `a0: &a0 [x]\n${repeat(n, (index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`)}${pod('')}`,
  'objects that multiply': (n) =>
    listOf(n, (index) =>
      index === 0
        ? '- &a0 {kind: A, x: dapr.io/}\n'
        : `- &a${index} {kind: List, items: [*a${index - 1}, *a${index - 1}]}\n`,
    ),
  'merge keys in a chain': (n) =>
    `a0: &a0 {k: v}\n${repeat(n, (index) => `a${index + 1}: &a${index + 1} {<<: *a${index}, k${index}: v}\n`)}${pod('')}`,
  'merge keys that multiply': (n) =>
    `a0: &a0 {k: v}\n${repeat(n, (index) => `a${index + 1}: &a${index + 1} {<<: [*a${index}, *a${index}]}\n`)}${pod('')}`,
  'one merge key of many maps': (n) =>
    `a: &a {${repeat(n / 2, (index) => `k${index}: v, `)}}\nx: {<<: [${repeat(n / 2, '*a, ')}]}\n${pod('')}`,
  documents: (n) => repeat(n, (index) => `---\n${pod('').replaceAll('web', `web-${index}`)}`),
  'a list of pods': (n) => listOf(n, (index) => podInList(index, 'dapr.io/app-port: "80"', '{}', '{name: app}')),
  'a list of pods with aliases': (n) =>
    listOf(n, (index) => podInList(index, 'dapr.io/app-port: "80"', `&l${index} {a: b}`, `{name: app, x: *l${index}}`)),
  'a list of pods with odd keys': (n) =>
    listOf(n, (index) => podInList(index, '? dapr.io/app-port : "80"', '{}', '{name: app}')),
  'a list of pods that are left alone': (n) =>
    listOf(n, (index) => podInList(index, `&k${index} dapr.io/app-port: "80"`, '{}', `{name: app, x: *k${index}}`)),
  containers: (n) =>
    pod(
      '    daps.io/container: app\n',
      repeat(n, (index) => `    - name: c${index}\n      image: x\n`),
    ),
};
