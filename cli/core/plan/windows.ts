import { type Problem, problem } from '../diagnostic.ts';
import { type Path, valueAt } from '../manifest/model/path.ts';
import { isSeqValue, type MapValue } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, textOf } from '../manifest/object/pod.ts';

/** Labels of nodes that name their operating system; the second is what Kubernetes up to 1.18 calls it. */
const osLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os'];
/** A label that Windows nodes alone have (well-known labels of Kubernetes). */
const buildLabel = 'node.kubernetes.io/windows-build';

/** Pods that run on Windows, or may: no Linux image starts there. */
export const checkWindows = (spec: MapValue): readonly Problem[] => {
  const path = windowsPath(spec);
  return path === undefined ? [] : [problem('windows', {}, ['spec', ...path])];
};

/** Where the pod spec says so, below it. */
const windowsPath = (spec: MapValue): Path | undefined => {
  const selector = mapOf(spec['nodeSelector']);
  const os = mapOf(spec['os'])['name'];
  if (os === 'windows') return ['os', 'name'];
  if (os === 'linux' || osLabels.some((name) => selector[name] === 'linux')) return undefined;
  const label =
    osLabels.find((name) => selector[name] === 'windows') ?? [buildLabel].find((name) => Object.hasOwn(selector, name));
  if (label !== undefined) return ['nodeSelector', label];
  if (windowsName.test(textOf(spec['runtimeClassName']) ?? '')) return ['runtimeClassName'];
  if (toleratesWindows(spec)) return ['tolerations'];
  return optionsPath(spec) ?? (hasWindowsAffinity(spec) ? ['affinity', 'nodeAffinity'] : undefined);
};

/** `windowsOptions` of the pod or of one of its containers. */
const optionsPath = (spec: MapValue): Path | undefined => {
  const place = ['securityContext', 'windowsOptions'];
  const has = (holder: MapValue): boolean => Object.keys(mapOf(valueAt(holder, place))).length > 0;
  if (has(spec)) return place;
  for (const list of ['initContainers', 'containers']) {
    const container = itemsOf(spec[list]).find(has);
    if (container !== undefined) return [list, { name: nameOf(container) }, ...place];
  }
  return undefined;
};

/** A RuntimeClass may name the nodes, and is no part of the pod (KEP-585); its name is all there is to see. */
const windowsName = /(^|[-.])win(dows)?([-.\d]|$)/i;

/** A taint that Windows nodes are given, for example os=windows:NoSchedule. */
const toleratesWindows = (spec: MapValue): boolean =>
  itemsOf(spec['tolerations']).some(
    ({ key, value }) => /(^|\/)os$/i.test(textOf(key) ?? '') && /^windows$/i.test(textOf(value) ?? ''),
  );

/** Of the terms of a required affinity one is enough for a node. */
const hasWindowsAffinity = (spec: MapValue): boolean => {
  const required = valueAt(spec, [
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ]);
  return itemsOf(required).some((term) => itemsOf(term['matchExpressions']).some(allowsWindows));
};

const allowsWindows = (expression: MapValue): boolean => {
  const key = textOf(expression['key']) ?? '';
  const listed = expression['values'];
  const values = isSeqValue(listed) ? listed : [];
  const operator = expression['operator'];
  if (key === buildLabel) return operator === 'In' || operator === 'Exists';
  if (!osLabels.includes(key)) return false;
  return operator === 'In' ? values.includes('windows') : operator === 'NotIn' && values.includes('linux');
};
