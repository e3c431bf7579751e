import type { Timeline } from './timeline.ts';

/** What `daps explain --format json` prints; `explain.schema.json` beside this file describes it. */
export interface ExplainDocument {
  /** Rises when a field changes its meaning or goes; new fields may come without. */
  readonly schemaVersion: 1;
  readonly timelines: readonly Timeline[];
}

export const formatJson = (timelines: readonly Timeline[]): string => {
  const document: ExplainDocument = { schemaVersion: 1, timelines };
  return `${JSON.stringify(document, null, 2)}\n`;
};
