import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'chai';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { readSources, root, type Source } from './support/sources.ts';

interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression of a file, with the line it stands on. */
const patternsIn = ({ path, text }: Source): readonly Pattern[] => {
  const file = ts.createSourceFile(join(root, path), text, ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const end = node.text.lastIndexOf('/');
      found.push({ place: `${path}:${line}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

/**
 * A text that the pattern takes more than linear time for; undefined where there is none, or where the automaton does
 * not know the pattern (lookarounds, back references). Tries with random texts are no part of it: a busy machine makes
 * them find what is not there.
 */
const attackOn = ({ source, flags }: Pattern): string | undefined => {
  const result = checkSync(source, flags, { checker: 'automaton', timeout: 120_000 });
  return result.status === 'vulnerable' ? `${result.complexity.summary}: ${result.attack.pattern}` : undefined;
};

/**
 * A pattern of which one character fits two places takes quadratic or exponential time for some text, and manifests
 * come from anywhere. A loop over the text is linear for sure.
 */
describe('regular expressions take linear time', function () {
  this.timeout(300_000);
  process.env['RECHECK_SYNC_BACKEND'] = 'pure';
  const sources = readSources('cli', 'proxy').filter(({ text }) => text.includes('/'));

  it('and this test knows one that does not', () => {
    const [known] = patternsIn({
      ...(sources[0] as Source),
      path: 'x.ts',
      text: String.raw`/^(?:a?\r?\n|[^\n]*\n)*%/`,
    });
    expect(attackOn(known as Pattern)).to.match(/exponential/);
  });

  for (const source of sources) {
    const patterns = patternsIn(source);
    if (patterns.length === 0) continue;
    it(source.path, () => {
      for (const pattern of patterns)
        expect(attackOn(pattern), `${pattern.place}: /${pattern.source}/${pattern.flags}`).to.equal(undefined);
    });
  }
});
