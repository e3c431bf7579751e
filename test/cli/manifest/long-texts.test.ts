import { expect } from 'chai';
import { inject } from '../../support/cli/daps.ts';

const pod = (container: string, spec = ''): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {dapr.io/enabled: "true", dapr.io/app-id: web, dapr.io/app-port: "8080"}
spec:
${spec}  containers:
    - name: app
${container}`;

/** Texts on which a pattern that goes back and forth would be busy for minutes. */
const texts: Readonly<Record<string, string>> = {
  'a script of many commands': pod(
    `      command: [sh, -c, "${'kill '.repeat(200_000)}"]\n`,
    '  shareProcessNamespace: true\n',
  ),
  "Helm's name of a template, with spaces": `# Source: a${' '.repeat(300_000)}b\n${pod('')}`,
  "helm-unittest's name of a template, with spaces": `#### file: a${' '.repeat(300_000)}b\n${pod('')}`,
};

describe('a long text takes no longer than it must', () => {
  for (const [name, text] of Object.entries(texts))
    it(name, function () {
      this.timeout(60_000);
      expect(inject(text).entries.map(({ outcome }) => outcome.action)).to.deep.equal(['injected']);
    });
});
