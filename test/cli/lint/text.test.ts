import { expect } from 'chai';
import { excerptOf } from '../../../cli/core/lint/format/excerpt.ts';
import { lintText } from '../../../cli/core/lint/format/text.ts';
import { findingsOf, lint, runOf, textOf } from '../../support/cli/lint.ts';

/** The line and the mark below it, the entry marked where `key` begins. */
const shown = (line: string, key: string): readonly [string, string] => {
  const column = [...line.slice(0, line.indexOf(key))].length + 1;
  const excerpt = excerptOf(line, { column });
  return [excerpt.line, ' '.repeat(excerpt.indent) + '^'.repeat(excerpt.marked)];
};

describe('the line that a finding shows', () => {
  it('marks a key with its value, and no comment', () => {
    expect(shown('  appPort: "8080" # the port', 'appPort')).to.deep.equal([
      '  appPort: "8080" # the port',
      '  ^^^^^^^^^^^^^^^',
    ]);
    expect(shown('  dapr.io/app-id: a#b: c # d', 'dapr')[1]).to.equal('  ^^^^^^^^^^^^^^^^^^^^^^');
    expect(shown('annotations:', 'annotations')[1]).to.equal('^^^^^^^^^^^^');
  });

  it('marks one entry of a flow map, and one of JSON', () => {
    expect(shown('- {name: autoAck, value: yes}', 'value')[1]).to.equal('                  ^^^^^^^^^^');
    expect(shown('{"name":"a","value":"x, y"}', '"value"')[1]).to.equal('            ^^^^^^^^^^^^^^');
  });

  it('marks an item that is a scalar', () => expect(shown('- -c sleep 5', '-c')[1]).to.equal('  ^^^^^^^^^^'));

  it('counts what takes two columns, and what takes none', () => {
    expect(shown('日本: {e\u0301: "👩‍👩‍👧", key: 1}', 'key')).to.deep.equal([
      '日本: {e\u0301: "👩‍👩‍👧", key: 1}',
      '                ^^^^^^',
    ]);
  });

  it('shows a tab as two spaces, and what a terminal would carry out as JSON does', () => {
    expect(shown('a: "\t\u001b[31m", b: 1', 'b')).to.deep.equal([
      'a: "  \\u001b[31m", b: 1',
      '                   ^^^^',
    ]);
  });

  it('cuts a line to 112 columns around the mark', () => {
    const padding = 'x'.repeat(300);
    const [end, endMark] = shown(`key: ${padding}`, 'key');
    expect(end).to.equal(`key: ${'x'.repeat(106)}…`);
    expect(endMark).to.equal('^'.repeat(111));
    const [middle, middleMark] = shown(`{a: ${padding}, key: 1, b: ${padding}}`, 'key');
    expect(middle).to.equal(`…${'x'.repeat(37)}, key: 1, b: ${'x'.repeat(60)}…`);
    expect(middleMark).to.equal(`${' '.repeat(40)}^^^^^^`);
    const [start, startMark] = shown(`{a: ${padding}, key: 1}`, 'key');
    expect(start).to.equal(`…${'x'.repeat(37)}, key: 1}`);
    expect(startMark).to.equal(`${' '.repeat(40)}^^^^^^`);
    expect(middle.length).to.equal(112);
  });

  it('takes a million columns at once', () => {
    const long = `{a: "${'x'.repeat(1e6)}", key: 1}`;
    expect(shown(long, 'key')[0].endsWith('", key: 1}')).to.equal(true);
  });
});

describe('the text of daps lint', () => {
  const component = (eol: string): string =>
    [
      '\ufeffapiVersion: dapr.io/v1alpha1',
      'kind: Component',
      'metadata: {name: orders}',
      'spec:',
      '  type: pubsub.rabbitmq',
      '  version: v1',
      '  metadata:',
      '    - {name: autoAck, value: "true"}',
      '',
    ].join(eol);
  const text = (input: string): string =>
    textOf(lintText(runOf(findingsOf(lint({ 'a.yaml': input }), 'rabbitmq-auto-ack'), { 'a.yaml': input })));

  it('shows each finding with its line, and a summary', () => {
    expect(text(component('\n'))).to.equal(`\
a.yaml:8:23: error[rabbitmq-auto-ack] Component/orders spec.metadata[autoAck].value: autoAck is true, so RabbitMQ forgets a message when it sends it: whatever is in flight when a pod stops or crashes is lost. Write autoAck: "false", or remove it.
    8 |     - {name: autoAck, value: "true"}
      |                       ^^^^^^^^^^^^^
      = daps rules rabbitmq-auto-ack

daps lint: 1 error in 0 Dapr workloads
`);
  });

  it('is the same where lines end as on Windows', () =>
    expect(text(component('\r\n'))).to.equal(text(component('\n'))));

  it('names the template that Helm made a document of', () => {
    expect(text(`---\n# Source: shop/templates/pubsub.yaml\n${component('\n').slice(1)}`)).to.include(
      '\n      = daps rules rabbitmq-auto-ack, from shop/templates/pubsub.yaml\n',
    );
  });
});
