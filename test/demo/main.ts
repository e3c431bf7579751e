import { parseArgs } from 'node:util';
import { runDemo } from './demo.ts';

/** `npm run demo`: a rollout without daps and with it, before the reader's eyes. */
const usage = `npm run demo -- [--json] [--real]
  --json  prints the result only
  --real  with a real daprd (npm run tools) and a RabbitMQ on 127.0.0.1:5672
`;

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, real: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await runDemo({ isJson: values.json ?? false, isReal: values.real ?? false });
