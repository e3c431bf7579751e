import { toolPath } from '../tools.ts';
import { Workbench } from './sandbox.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

/** The objects the API server would read from a stream, Lists unwrapped. */
export const objectsOf = async (text: string): Promise<readonly JsonMap[]> => {
  const bench = new Workbench();
  try {
    const { stdout } = await bench.run(toolPath('objects') ?? 'objects', [], { input: text });
    const read = JSON.parse(stdout) as { objects?: readonly JsonMap[]; error?: string };
    if (read.objects === undefined)
      throw new Error(`the API server would refuse this: ${read.error}\n${text.slice(0, 2000)}`);
    return read.objects.flatMap((object) =>
      Array.isArray(object['items']) && String(object['kind']).endsWith('List')
        ? (object['items'] as JsonMap[])
        : [object],
    );
  } finally {
    bench.dispose();
  }
};

export const at = (value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>((current, step) => {
    if (current === undefined || current === null || typeof current !== 'object') return undefined;
    return (current as Readonly<Record<string | number, Json>>)[step];
  }, value);

export const nameOf = (object: JsonMap): string =>
  `${String(object['kind'])}/${String(at(object, 'metadata', 'name'))}`;

/** By kind and name, whatever order a renderer chose. */
export const byName = (objects: readonly JsonMap[]): ReadonlyMap<string, JsonMap> =>
  new Map(objects.map((object) => [nameOf(object), object]));

const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  ScaledJob: ['spec', 'jobTargetRef', 'template'],
};

export const templateOf = (object: JsonMap): Json | undefined =>
  at(object, ...(templatePaths[String(object['kind'])] ?? ['spec', 'template']));

/** Whether the sidecar is in the object's pod template. */
export const isInjected = (object: JsonMap): boolean =>
  at(templateOf(object), 'spec', 'initContainers', 0, 'name') === 'daps';

/** The names of the objects that have the sidecar. */
export const injectedNames = (objects: readonly JsonMap[]): readonly string[] =>
  objects.filter(isInjected).map(nameOf).sort();
