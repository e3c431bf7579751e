import { catalog } from '../catalog.ts';
import { rules } from './rules/index.ts';

/** Every id that a finding can have: of the rules, and of the problems that `daps inject` reports too. */
export const knownIds: ReadonlySet<string> = new Set([...rules.map(({ id }) => id), ...Object.keys(catalog)]);
