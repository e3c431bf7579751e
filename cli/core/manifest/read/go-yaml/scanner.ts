import { Cursor, isBlankOrEnd, isBreak } from './cursor.ts';
import { scanBlockScalar } from './scan-block-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts';
import { scanPlain, scanQuoted } from './scan-scalar.ts';
import type { PlainToken, Token } from './token.ts';

/** A token that turns out to be a key when a `:` follows on its line, at most 1,024 characters behind it. */
interface SimpleKey {
  readonly index: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
  /** It stands where only a key may stand. */
  readonly required: boolean;
}

const maxKeyLength = 1024;
const noToken = 'found character that cannot start any token';

/**
 * Takes a document apart as go-yaml v2 does (scannerc.go of go.yaml.in/yaml/v2 2.4.2), which differs from YAML 1.2: a
 * plain scalar in flow style ends at `?` and not at a `:` with a comma behind it, comments need no space before them,
 * lines of quoted and flow content may stand at any column, tabs are layout where no key may begin, and NEL, LS and PS
 * are line breaks. A key is known as such only once its `:` was seen, so tokens are put in before what was read.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  #head = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  /** One for each level of flow collections, the block level first. */
  readonly #keys: (SimpleKey | undefined)[] = [undefined];
  /** The tokens that wait for a `:`. go-yaml forgets an empty flow collection here when it ends: it is no key. */
  readonly #waiting = new Set<number>();
  /** For each flow collection the last token of it that waited, its bracket where there was none. */
  readonly #lastWaiting: number[] = [];
  #keyAllowed = true;
  #ended = false;

  constructor(text: string, start: number) {
    this.#cursor = new Cursor(text, start);
  }

  /** The next token, once it is sure that nothing comes before it. */
  peek(): Token {
    while (!this.#ended && (this.#head === this.#tokens.length || this.#mayBecomeKey(this.#head))) this.#fetch();
    return this.#tokens[this.#head] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#head += 1;
    return token;
  }

  get #isInFlow(): boolean {
    return this.#keys.length > 1;
  }

  #mayBecomeKey(index: number): boolean {
    return this.#waiting.has(index) && this.#keys.some((key) => key?.index === index && this.#isValid(key));
  }

  #isValid(key: SimpleKey): boolean {
    const { line, at } = this.#cursor;
    if (key.line === line && key.at + maxKeyLength >= at) return true;
    if (key.required) this.#cursor.fail("could not find expected ':'", key.at);
    return false;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipLayout();
    this.#unroll(cursor.column);
    const character = cursor.peek();
    if (character === '') this.#streamEnd();
    else if (cursor.column === 0 && character === '%') this.#directive();
    else if (cursor.isAtMarker()) this.#marker(character === '-' ? 'document-start' : 'document-end');
    else if (!this.#indicator(character)) this.#plain();
  }

  /** Whether the character says what begins here; what begins a plain scalar does not. */
  #indicator(character: string): boolean {
    const cursor = this.#cursor;
    const isAlone = isBlankOrEnd(cursor.peek(1));
    switch (character) {
      case '[':
        this.#flowStart('flow-seq-start');
        return true;
      case '{':
        this.#flowStart('flow-map-start');
        return true;
      case ']':
        this.#flowEnd('flow-seq-end');
        return true;
      case '}':
        this.#flowEnd('flow-map-end');
        return true;
      case ',':
        this.#flowEntry();
        return true;
      case '*':
      case '&':
        this.#content(() => scanAnchor(cursor, character === '*' ? 'alias' : 'anchor'));
        return true;
      case '!':
        this.#content(() => scanTag(cursor));
        return true;
      case "'":
      case '"':
        this.#content(() => scanQuoted(cursor));
        return true;
      case '-':
        if (isAlone) this.#blockEntry();
        return isAlone;
      case '?':
        if (isAlone || this.#isInFlow) this.#key();
        return isAlone || this.#isInFlow;
      case ':':
        if (isAlone || this.#isInFlow) this.#value();
        return isAlone || this.#isInFlow;
      case '|':
      case '>':
        if (this.#isInFlow) return cursor.fail(noToken);
        this.#blockScalar();
        return true;
      case '\t':
      case '%':
      case '@':
      case '`':
        return cursor.fail(noToken);
      default:
        return false;
    }
  }

  #skipLayout(): void {
    const cursor = this.#cursor;
    for (;;) {
      while (cursor.peek() === ' ' || (cursor.peek() === '\t' && (this.#isInFlow || !this.#keyAllowed))) cursor.at += 1;
      if (cursor.peek() === '#') cursor.skipToLineEnd();
      if (!isBreak(cursor.peek())) return;
      cursor.lineBreak();
      if (!this.#isInFlow) this.#keyAllowed = true;
    }
  }

  /** Puts a token of one or more characters behind the others. */
  #push(type: PlainToken['type'], length: number): void {
    const start = this.#cursor.at;
    this.#cursor.at += length;
    this.#tokens.push({ type, start, end: this.#cursor.at });
  }

  /** What is further in than `column` ends here. */
  #unroll(column: number): void {
    while (!this.#isInFlow && this.#indent > column) {
      this.#push('block-end', 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  /** A block collection begins before the token at `index`. */
  #roll(type: 'block-seq-start' | 'block-map-start', column: number, index: number, at: number): void {
    if (this.#isInFlow || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert(type, index, at);
  }

  /** What was handed out already stays before it. */
  #insert(type: PlainToken['type'], index: number, at: number): void {
    const place = index < this.#head ? this.#tokens.length : index;
    this.#tokens.splice(place, 0, { type, start: at, end: at });
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const { at, line, column } = this.#cursor;
    const required = !this.#isInFlow && this.#indent === column;
    this.#waiting.add(this.#tokens.length);
    if (this.#isInFlow) this.#lastWaiting[this.#lastWaiting.length - 1] = this.#tokens.length;
    this.#keys[this.#keys.length - 1] = { index: this.#tokens.length, at, line, column, required };
  }

  #dropKey(): void {
    const key = this.#keys.at(-1);
    if (key?.required) this.#cursor.fail("could not find expected ':'", key.at);
    if (key !== undefined) this.#waiting.delete(key.index);
    this.#keys[this.#keys.length - 1] = undefined;
  }

  #streamEnd(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#push('stream-end', 0);
    this.#ended = true;
  }

  #directive(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#tokens.push(scanDirective(this.#cursor));
  }

  #marker(type: 'document-start' | 'document-end'): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#push(type, 3);
  }

  #flowStart(type: 'flow-seq-start' | 'flow-map-start'): void {
    this.#saveKey();
    this.#keys.push(undefined);
    this.#lastWaiting.push(this.#tokens.length);
    this.#keyAllowed = true;
    this.#push(type, 1);
  }

  #flowEnd(type: 'flow-seq-end' | 'flow-map-end'): void {
    this.#dropKey();
    if (this.#isInFlow) this.#keys.pop();
    this.#waiting.delete(this.#lastWaiting.pop() ?? -1);
    this.#keyAllowed = false;
    this.#push(type, 1);
  }

  #flowEntry(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push('flow-entry', 1);
  }

  #blockEntry(): void {
    const { column, at } = this.#cursor;
    if (!this.#isInFlow && !this.#keyAllowed)
      this.#cursor.fail('block sequence entries are not allowed in this context');
    this.#roll('block-seq-start', column, this.#tokens.length, at);
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push('block-entry', 1);
  }

  #key(): void {
    const { column, at } = this.#cursor;
    if (!this.#isInFlow && !this.#keyAllowed) this.#cursor.fail('mapping keys are not allowed in this context');
    this.#roll('block-map-start', column, this.#tokens.length, at);
    this.#dropKey();
    this.#keyAllowed = !this.#isInFlow;
    this.#push('key', 1);
  }

  #value(): void {
    const { column, at } = this.#cursor;
    const key = this.#keys.at(-1);
    if (key !== undefined && this.#isValid(key)) {
      this.#insert('key', key.index, key.at);
      this.#roll('block-map-start', key.column, key.index, key.at);
      this.#keys[this.#keys.length - 1] = undefined;
      this.#waiting.delete(key.index);
      this.#keyAllowed = false;
    } else {
      if (!this.#isInFlow && !this.#keyAllowed) this.#cursor.fail('mapping values are not allowed in this context');
      this.#roll('block-map-start', column, this.#tokens.length, at);
      this.#keyAllowed = !this.#isInFlow;
    }
    this.#push('value', 1);
  }

  #content(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#tokens.push(scan());
  }

  #plain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { token, hasBreak } = scanPlain(this.#cursor, this.#indent, this.#isInFlow);
    this.#tokens.push(token);
    if (hasBreak) this.#keyAllowed = true;
  }

  #blockScalar(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#tokens.push(scanBlockScalar(this.#cursor, this.#indent));
  }
}
