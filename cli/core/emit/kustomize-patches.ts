import { readOwn } from '../document/document.ts';
import type { Processed } from '../inject/inputs.ts';
import { diffValues, type PatchOperation } from '../manifest/model/json-patch.ts';
import { samePath } from '../manifest/model/path.ts';
import type { Value } from '../manifest/model/value.ts';
import type { ResourceRef } from '../manifest/object/resource-ref.ts';
import type { WorkloadKind } from '../manifest/object/workload.ts';
import { renderItem } from '../manifest/write/render.ts';

const style = { kind: 'block', eol: '\n', dashIndent: 2 } as const;

/**
 * The injected changes as kustomize patches (JSON 6902), the one form that Flux's `postRenderers` and Argo CD's
 * `kustomize.patches` take. The text is a `patches:` list to paste into either, or into a kustomization.yaml.
 */
export const formatKustomizePatches = (changed: Processed['changed'], kinds: readonly WorkloadKind[]): string => {
  const patches = changed.flatMap(({ before, afterText }) => {
    const after = readOwn(afterText, kinds);
    return before.workloads.flatMap((workload) => {
      const twin = after.workloads.find(({ object }) => samePath(object.path, workload.object.path));
      const operations = twin === undefined ? [] : diffValues(workload.value, twin.value);
      return operations.length === 0 ? [] : [formatPatch(workload.object.ref, operations)];
    });
  });
  return patches.length === 0 ? 'patches: []\n' : `patches:\n${patches.join('')}`;
};

/** Operations stand as literal text, as kustomize wants them. */
const formatPatch = (ref: ResourceRef, operations: readonly PatchOperation[]): string => {
  const target = {
    ...(ref.group === '' ? {} : { group: ref.group }),
    version: ref.version,
    kind: ref.kind,
    name: asPattern(ref.name),
    namespace: asPattern(ref.namespace === '' ? 'default' : ref.namespace),
  };
  const lines = operations.map((operation) => renderItem({ ...operation } as Value, 6, style)).join('\n');
  return `${renderItem({ target }, 2, style)}\n    patch: |-\n${lines}\n`;
};

/** kustomize takes a target's names for regular expressions, and an object without a namespace for one of `default`. */
const asPattern = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
