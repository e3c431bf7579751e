import { down } from './down.ts';
import { stayUp } from './guests.ts';
import { inTurn } from './turns.ts';

const usage = 'usage: npm run lab:up | lab:down\n';

const say = (line: string): void => void process.stdout.write(`lab: ${line}\n`);

const commands: Readonly<Record<string, () => Promise<void>>> = {
  up: () => stayUp(say),
  down: async () => {
    await inTurn(down);
    say('the lab is down');
  },
};

const command = commands[process.argv[2] ?? ''];
if (command === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await command().catch((error: Error) => {
    process.stderr.write(`lab: ${error.message}\n`);
    process.exitCode = 1;
  });
}
