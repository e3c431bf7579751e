import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { explain } from '../../../cli/core/explain/explain.ts';
import { formatText } from '../../../cli/core/explain/text.ts';
import { explainedIn } from '../../support/cli/explain.ts';
import { root } from '../../support/sources.ts';

describe('the picture of daps explain in the README', () => {
  it('is what the example shows', () => {
    const rendered = readFileSync(join(root, 'fixtures/example/rendered.yaml'), 'utf8');
    const text = formatText(explainedIn(rendered, {}, 'shop-report').map(explain));
    const picture = text.split('\n\n')[1];
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, shown] = /<!-- explain -->\n```text\n([\s\S]*?)\n```/.exec(readme) ?? [];
    expect(shown).to.equal(picture);
  });
});
