import { type PluggableComponent, readComponentContainer } from '../dapr/component-containers.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Located, ReadDocument } from '../document/document.ts';
import { valueAt } from '../manifest/model/path.ts';
import { isSeqValue, toValue, type Value } from '../manifest/model/value.ts';
import { textOf } from '../manifest/object/pod.ts';

const annotation = 'dapr.io/component-container';

/** Whether a text may hold a Component that brings a container. */
export const mentionsComponents = (text: string): boolean => text.includes('component-container');

/** The Components of a document that bring a container, and what is wrong with others. */
export const componentsIn = (
  read: ReadDocument,
): { readonly components: readonly PluggableComponent[]; readonly problems: readonly Located[] } => {
  const components: PluggableComponent[] = [];
  const problems: Located[] = [];
  for (const { ref, node, path } of read.objects) {
    if (ref.group !== 'dapr.io' || ref.kind !== 'Component') continue;
    const value = toValue(node);
    const text = textOf(valueAt(value, ['metadata', 'annotations', annotation]));
    if (text === undefined || text === '') continue;
    const container = readComponentContainer(text);
    if (container === undefined) problems.push({ problem: malformed(ref.name), ref, objectPath: path });
    else components.push({ name: ref.name, namespace: ref.namespace, scopes: scopesOf(value), container });
  }
  return { components, problems };
};

const malformed = (component: string): Problem =>
  problem('invalid-component-container', { component }, ['metadata', 'annotations', annotation]);

export const scopesOf = (value: Value): readonly string[] => {
  const scopes = valueAt(value, ['scopes']);
  return isSeqValue(scopes) ? scopes.flatMap((scope) => textOf(scope) ?? []) : [];
};

/** Those of a namespace, and those of which it cannot be told because only one of the two names its own. */
export const inNamespace = (
  components: readonly PluggableComponent[],
  namespace: string,
): { readonly components: readonly PluggableComponent[]; readonly doubtful: readonly PluggableComponent[] } => ({
  components: components.filter((one) => one.namespace === namespace),
  doubtful: components.filter((one) => one.namespace !== namespace && (one.namespace === '' || namespace === '')),
});
