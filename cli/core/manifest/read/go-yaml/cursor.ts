/** What stops go-yaml, and at which offset of the document. */
export class GoYamlError extends Error {
  readonly offset: number;
  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** A place in a document that is read character by character. Past the end every character is ''. */
export class Cursor {
  readonly text: string;
  at: number;
  line = 0;
  /** Where the line begins, a byte order mark at the document's start apart. */
  lineStart: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
    this.lineStart = at;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  fail(reason: string, offset = this.at): never {
    throw new GoYamlError(reason, offset);
  }

  /**
   * Passes a line break, and says what it is in a scalar: a line feed, but for LS and PS, which stay. kubectl's reader of
   * lines takes a CR from CR CR LF (apimachinery decoder.go `LineReader`).
   */
  lineBreak(): string {
    const first = this.peek();
    this.at += first === '\r' ? (/^\r{0,2}\n/.exec(this.text.slice(this.at, this.at + 3))?.[0].length ?? 1) : 1;
    this.line += 1;
    this.lineStart = this.at;
    return first === '\u2028' || first === '\u2029' ? first : '\n';
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.at += 1;
  }

  skipToLineEnd(): void {
    while (!isBreakOrEnd(this.peek())) this.at += 1;
  }

  /** `---` or `...` in column 0, with a blank behind it. */
  isAtMarker(): boolean {
    if (this.column !== 0 || !isBlankOrEnd(this.peek(3))) return false;
    return this.text.startsWith('---', this.at) || this.text.startsWith('...', this.at);
  }
}

export const isBlank = (character: string): boolean => character === ' ' || character === '\t';

/** YAML 1.1 has three line breaks that YAML 1.2 has not: NEL, LS and PS. */
export const isBreak = (character: string): boolean =>
  character === '\n' ||
  character === '\r' ||
  character === '\u0085' ||
  character === '\u2028' ||
  character === '\u2029';

export const isBreakOrEnd = (character: string): boolean => character === '' || isBreak(character);

export const isBlankOrEnd = (character: string): boolean => isBlank(character) || isBreakOrEnd(character);

/** What anchors and the handles of tags are made of. */
export const isWord = (character: string): boolean => /^[0-9A-Za-z_-]$/.test(character);
