/**
 * The template that a renderer made a document from; undefined where it names none. Helm 3 names it in a comment, Helm 4
 * in an annotation (pkg/action/action.go, `annotateAndMerge`), helm-unittest in a comment of its own.
 */
export const helmSource = (text: string): string | undefined =>
  /^# Source: (\S.*)$/m.exec(text)?.[1]?.trimEnd() ??
  /^#### file: (\S.*)$/m.exec(text)?.[1]?.trimEnd() ??
  /postrenderer\.helm\.sh\/postrender-filename["']?: *["']?([^"'\s]+)/.exec(text)?.[1];
