import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { root } from './sources.ts';

/** A folder of `fixtures/`: what goes in, with which settings, and what must come out. */
export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly inputFile: string;
  readonly input: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly config: string | undefined;
}

export const readFixtures = (below: string): readonly Fixture[] => {
  const top = join(root, 'fixtures', below);
  return readdirSync(top)
    .sort()
    .map((name) => readFixture(name, join(top, name)));
};

const readFixture = (name: string, folder: string): Fixture => {
  const inputFile = existsSync(join(folder, 'input.json')) ? 'input.json' : 'input.yaml';
  const optional = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
  const flags = JSON.parse(optional('settings.json') ?? '{}') as Record<string, string>;
  return {
    name,
    folder,
    inputFile,
    input: readFileSync(join(folder, inputFile), 'utf8'),
    flags,
    config: optional('.daps.yaml'),
  };
};

const isUpdate = process.env['UPDATE_FIXTURES'] === '1';
if (isUpdate && process.env['CI'])
  throw new Error('UPDATE_FIXTURES does not work where CI is set: fixtures are made and read by people');

/** Compares a text with a file of the fixture; rewrites the file when UPDATE_FIXTURES=1. */
export const matchFile = (fixture: Fixture, file: string, actual: string): void => {
  const path = join(fixture.folder, file);
  if (isUpdate) writeFileSync(path, actual);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (expected === actual) return;
  const diff = createTwoFilesPatch('expected', 'actual', expected, actual);
  throw new Error(
    `${fixture.name}/${file} differs.\n${diff}\nIf this is what you meant: UPDATE_FIXTURES=1 npm test, then read the diff of fixtures/.`,
  );
};
