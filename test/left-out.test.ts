import { leftOut } from './support/tools.ts';

// A root hook: says at the end which suites a machine without the real tools could not run.
after(() => {
  for (const sentence of leftOut()) process.stdout.write(`${sentence}\n`);
});
