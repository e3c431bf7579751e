import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOver, runName } from '../support/run-name.ts';
import { down } from './down.ts';
import { places } from './places.ts';
import { inTurn } from './turns.ts';
import { isUp, up } from './up.ts';

const own = join(places.guests, runName);

/** Comes to the lab, which is brought up where it is not. */
export const enter = (say: (line: string) => void): Promise<void> =>
  inTurn(async () => {
    const wasUp = isUp();
    await up(say);
    mkdirSync(places.guests, { recursive: true });
    writeFileSync(own, '');
    if (!wasUp) writeFileSync(places.goesWithGuests, '');
  });

/** Leaves it. A lab that a guest has brought up is taken down when the last one leaves. */
export const leave = (): Promise<void> =>
  inTurn(async () => {
    rmSync(own, { force: true });
    const isEmpty = readdirSync(places.guests).every(isOver);
    if (isEmpty && existsSync(places.goesWithGuests)) await down();
  });

/** From now on it stays up until `lab:down`. */
export const stayUp = (say: (line: string) => void): Promise<void> =>
  inTurn(async () => {
    await up(say);
    rmSync(places.goesWithGuests, { force: true });
  });
