import { relative } from 'node:path';
import process from 'node:process';
import { leftOut } from './left-out.ts';
import { type RanTest, repeatCommand } from './repeat-command.ts';
import { isFull, repeatWith } from './sample.ts';
import { root } from './sources.ts';

const failed: RanTest[] = [];

/** Says at the end of a file what was left out, and how to run again what failed. */
export const mochaHooks = {
  afterEach(this: Mocha.Context): void {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const file = test.file === undefined ? {} : { file: relative(root, test.file) };
    failed.push({ title: test.fullTitle(), ...file });
  },
  afterAll(): void {
    for (const sentence of leftOut()) process.stdout.write(`${sentence}\n`);
    for (const test of failed) process.stdout.write(`again: ${repeatCommand(test, repeatWith)}\n`);
  },
};

/** `npm test` is the short level: it says what it is not. */
export const mochaGlobalTeardown = (): void => {
  if (process.env['npm_lifecycle_event'] !== 'test') return;
  process.stdout.write(
    [
      '',
      'npm test ran the tests that need no other program. Left out:',
      "  npm run test:programs   Helm, kustomize, Dapr's injector, the API server's checks (npm run tools builds them)",
      '  npm run test:pods       a real daprd with RabbitMQ and Redis',
      '  npm run test:lab        a real Kubernetes, as root',
      `  npm run test:full       all of it${isFull ? '' : ', and the random tests at their full length'}`,
      '',
    ].join('\n'),
  );
};
