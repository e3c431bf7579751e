import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Log } from 'sarif';
import { Workbench } from '../support/cli/sandbox.ts';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

for (const major of [3, 4] as const)
  describe(`daps lint --chart-dir, rendered by Helm ${major}`, function () {
    this.timeout(120_000);
    let bench: Workbench;
    before(function () {
      needsTools(this, major === 3 ? 'helm3' : 'helm4');
      bench = new Workbench();
      bench.link('helm', toolPath(major === 3 ? 'helm3' : 'helm4') ?? '');
      bench.copy(join(root, 'fixtures/example/chart'), 'charts/shop');
    });
    after(() => bench?.dispose());

    it('names the line of the template with a mistake', async () => {
      const file = join(bench.folder, 'charts/shop/templates/pubsub-component.yaml');
      const template = readFileSync(file, 'utf8').split('\n');
      const at = template.findIndex((line) => line.trim() === 'metadata:' && line.startsWith('  '));
      const mistake = ['    - name: autoAck', '      value: "true"'];
      writeFileSync(file, [...template.slice(0, at + 1), ...mistake, ...template.slice(at + 1)].join('\n'));
      const rendered = await bench.run('helm', ['template', 'shop', 'charts/shop', '--namespace', 'shop']);
      expect(rendered.code, rendered.stderr).to.equal(0);
      const ran = await bench.run('daps', ['lint', '--output=sarif', '--chart-dir=charts/shop'], {
        input: rendered.stdout,
      });
      expect(ran.code, ran.stderr).to.equal(1);
      const results = (JSON.parse(ran.stdout) as Log).runs[0]?.results ?? [];
      const found = results.find(({ ruleId }) => ruleId === 'rabbitmq-auto-ack')?.locations?.[0]?.physicalLocation;
      expect(found?.artifactLocation?.uri).to.equal('charts/shop/templates/pubsub-component.yaml');
      expect(found?.region).to.deep.equal({ startLine: at + 3, startColumn: 7 });
    });
  });
