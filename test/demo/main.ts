import { parseArgs } from 'node:util';
import { runDemo } from './demo.ts';

/** `npm run demo`: a rollout without daps and with it, before the reader's eyes. */
const usage = `npm run demo -- [--json] [--real] [--write]
  --json   prints the result only
  --real   with a real daprd (npm run tools) and a RabbitMQ on 127.0.0.1:5672
  --write  keeps the rollout and its picture in fixtures/demo, for the README
`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    real: { type: 'boolean' },
    write: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) process.stdout.write(usage);
else {
  const { json: isJson = false, real: isReal = false, write: isKept = false } = values;
  process.exitCode = await runDemo({ isJson, isReal, isKept });
}
