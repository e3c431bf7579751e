import { isTruthy } from '../dapr/truthy.ts';
import { mentionsDapr, type ReadDocument, readDocument, type Workload } from '../document/document.ts';
import { templateOf } from '../manifest/object/workload.ts';
import { splitStream } from '../manifest/text/stream.ts';
import { enabledAnnotation, readAnnotations } from '../plan/annotations.ts';
import { readDaprFacts } from '../plan/dapr-checks.ts';
import { isExcluded } from '../plan/plan.ts';
import { canTake, selectiveSettings, type Taken } from '../plan/run-wide.ts';
import type { SettingValue } from '../settings/resolve-workload.ts';
import { componentsIn, mentionsComponents } from './components.ts';
import { configurationsIn, mentionsConfigurations } from './configurations.ts';
import { type InjectContext, layersOf, type StreamFacts } from './inject.ts';
import type { Input } from './inputs.ts';
import { mentionsSources, sourcesIn } from './message-sources.ts';
import { mentionsResiliencies, resilienciesIn } from './resiliencies.ts';

/** What must be known of all inputs before the first workload is planned. Documents are read for it only where it matters. */
export const streamFacts = (inputs: readonly Input[], context: InjectContext): StreamFacts => {
  const read = documents(inputs, context, mentionsFacts);
  return {
    components: read.flatMap((one) => componentsIn(one).components),
    allowlists: read.flatMap(configurationsIn),
    sources: read.flatMap(sourcesIn),
    resiliencies: read.flatMap(resilienciesIn),
    taken: takenIn(inputs, context),
  };
};

const mentionsFacts = (text: string): boolean =>
  mentionsComponents(text) || mentionsConfigurations(text) || mentionsSources(text) || mentionsResiliencies(text);

const documents = (
  inputs: readonly Input[],
  { kinds }: InjectContext,
  isWanted: (text: string) => boolean,
): readonly ReadDocument[] =>
  inputs
    .filter(({ text }) => isWanted(text))
    .flatMap(({ text }) => splitStream(text).map(({ start, end }) => text.slice(start, end)))
    .filter(isWanted)
    .flatMap((text) => {
      const read = readDocument(text, kinds);
      return read.ok && read.value !== undefined ? [read.value] : [];
    });

/** The values of selective settings that some workload with an app-port can take. */
const takenIn = (inputs: readonly Input[], context: InjectContext): Taken => {
  const isSet = (name: (typeof selectiveSettings)[number]): boolean =>
    [context.base, ...context.overrides.map(({ settings }) => settings)].some((layer) => layer.has(name));
  const mayDiffer =
    isSet('container') ||
    isSet('daprd-before') ||
    (selectiveSettings.some(isSet) && inputs.some(({ text }) => /grpc/i.test(text)));
  if (!mayDiffer) return new Set();
  return new Set(
    documents(inputs, context, mentionsDapr)
      .flatMap(({ workloads }) => workloads)
      .flatMap((workload) => takenBy(workload, context)),
  );
};

const takenBy = (workload: Workload, context: InjectContext): readonly SettingValue[] => {
  const layers = layersOf(workload, context);
  const template = templateOf(workload.value, workload.kind);
  const { annotations } = readAnnotations(template);
  const isEnabled = isTruthy(annotations.texts.get(enabledAnnotation) ?? '');
  const hasAppChannel = readDaprFacts(annotations).facts.appPort !== undefined;
  if (!isEnabled || !hasAppChannel || isExcluded(layers)) return [];
  return layers.flatMap((layer) =>
    selectiveSettings.flatMap((name) => {
      const chosen = layer.get(name);
      return chosen !== undefined && canTake(name, chosen, template, annotations) ? [chosen] : [];
    }),
  );
};
