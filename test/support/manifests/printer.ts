import type { Tape } from './decision-bytes.ts';
import { type Entry, isEmpty, type Tree } from './tree.ts';

const commentTexts = [
  '# a comment',
  '#',
  '# Source: shop/templates/web.yaml',
  '# dapr.io/enabled: "true"',
  "# it's \"quoted' {[",
  '#- x: y',
  '# ünïcode 🎉',
  '#\ttab',
  '# --- ...',
] as const;

const plainText = /^[A-Za-z/][A-Za-z0-9./_-]*( [A-Za-z0-9./_-]+)*$/;
const typedWords = /^(y|n|yes|no|true|false|on|off|null)$/i;

/** NEL, LS and PS end lines for go-yaml, also between quotes. */
const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes a tree as YAML in a random style. Everything it writes means the same to go-yaml, YAML 1.1 and 1.2. */
export class Printer {
  readonly #tape: Tape;
  readonly #step: number;
  readonly #dash: number;
  readonly #noise: number;
  readonly #odd: number;
  readonly #flow: number;
  readonly #quotes: 'plain' | 'single' | 'double';
  readonly #printed = new Set<string>();
  #afterBlockScalar = false;

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#step = tape.pick([2, 2, 2, 2, 4, 3, 1]);
    this.#dash = tape.pick([0, 0, 2, 2, 1, 4]);
    this.#noise = tape.pick([0, 0, 0, 5, 15, 40]);
    this.#odd = tape.pick([0, 0, 0, 1, 3]);
    this.#flow = tape.pick([0, 0, 5, 30]);
    this.#quotes = tape.pick(['plain', 'plain', 'double', 'single']);
  }

  /** A whole document below its `---`, with its last line end. */
  document(tree: Tree): string {
    if (tree.kind !== 'map' || isEmpty(tree)) return `${this.#flowText(tree, 0, false, false)}\n`;
    if (this.#tape.chance(2))
      return `${this.#flowText(tree, 0, this.#tape.chance(50), this.#tape.chance(50))}${this.#tail()}`;
    const column = this.#tape.chance(2) ? 2 : 0;
    const body = this.#entries(tree.entries, column, false);
    return body + this.#between(column);
  }

  /** Blank lines and comments, each a whole line. */
  #between(column: number): string {
    const lines: string[] = [];
    while (lines.length < 3 && this.#tape.chance(this.#noise)) {
      if (this.#tape.chance(35)) {
        lines.push(this.#afterBlockScalar ? '' : this.#tape.pick(['', '', '  ']));
      } else {
        const at = this.#tape.pick([column, column, 0, column + 2, column + 7]);
        lines.push(' '.repeat(this.#afterBlockScalar ? Math.min(at, column) : at) + this.#tape.pick(commentTexts));
        if (!this.#afterBlockScalar || at <= column) continue;
      }
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  /** The end of a line: spaces, a comment, the line end. */
  #tail(): string {
    if (!this.#tape.chance(this.#noise)) return '\n';
    return this.#tape.chance(30)
      ? `${this.#tape.pick([' ', '   ', '\t'])}\n`
      : `${this.#tape.pick([' ', '   ', '\t'])}${this.#tape.pick(commentTexts)}\n`;
  }

  #entries(entries: readonly Entry[], column: number, startsInLine: boolean): string {
    return entries
      .map(([key, value], index) => {
        const inLine = startsInLine && index === 0;
        const lead = inLine ? '' : this.#between(column) + ' '.repeat(column);
        this.#afterBlockScalar = false;
        return lead + this.#entry(key, value, column);
      })
      .join('');
  }

  #entry(key: string, value: Tree, column: number): string {
    const shown = this.#key(key, false);
    if (key === '<<') return `<<:${this.#value(value, column)}`;
    if (this.#tape.chance(this.#odd / 3)) return `? ${shown}\n${' '.repeat(column)}:${this.#value(value, column)}`;
    const space = this.#tape.chance(this.#odd) ? ' ' : '';
    return `${shown}${space}:${this.#value(value, column)}`;
  }

  #key(key: string, json: boolean): string {
    if (json) return JSON.stringify(key);
    if (!plainText.test(key) || typedWords.test(key)) return JSON.stringify(key);
    return this.#tape.chance(this.#odd) ? this.#tape.pick([JSON.stringify(key), `'${key}'`]) : key;
  }

  /** Anchor or tag of a node, with a space before; undefined where an alias says it all. */
  #open(tree: Tree): {
    readonly props: string;
    readonly tree: Exclude<Tree, { kind: 'shared' }>;
    readonly alias: string | undefined;
  } {
    let current = tree;
    let props = '';
    while (current.kind === 'shared') {
      if (this.#printed.has(current.name))
        return { props, tree: { kind: 'seq', items: [] }, alias: `*${current.name}` };
      this.#printed.add(current.name);
      props += ` &${current.name}`;
      current = current.tree;
    }
    if (props === '' && this.#tape.chance(this.#odd / 2)) props = ` &unused${this.#tape.below(256)}`;
    if (this.#tape.chance(this.#odd / 3))
      props +=
        current.kind === 'map'
          ? ' !!map'
          : current.kind === 'seq'
            ? ' !!seq'
            : current.kind === 'typed'
              ? ''
              : ' !!str';
    return { props, tree: current, alias: undefined };
  }

  /** What follows the `:` of a key at `column`, to the end of the last line. */
  #value(source: Tree, column: number): string {
    const { props, tree, alias } = this.#open(source);
    if (alias !== undefined) return ` ${alias}${this.#tail()}`;
    const gap = this.#tape.chance(this.#odd) ? '   ' : ' ';
    if ((tree.kind === 'map' || tree.kind === 'seq') && (isEmpty(tree) || this.#tape.chance(this.#flow / 3)))
      return `${props}${gap}${this.#flowBody(tree, column + 1, false, this.#tape.chance(30))}${this.#tail()}`;
    if (tree.kind === 'map') {
      const inner = column + this.#step;
      return props + this.#tail() + this.#entries(tree.entries, inner, false);
    }
    if (tree.kind === 'seq') {
      return props + this.#tail() + this.#items(tree.items, column + this.#dash, false);
    }
    return this.#scalarLines(tree, column, props, gap);
  }

  #items(items: readonly Tree[], column: number, startsInLine: boolean): string {
    return items
      .map((item, index) => {
        const lead = startsInLine && index === 0 ? '' : this.#between(column) + ' '.repeat(column);
        this.#afterBlockScalar = false;
        return `${lead}-${this.#item(item, column)}`;
      })
      .join('');
  }

  #item(source: Tree, column: number): string {
    const { props, tree, alias } = this.#open(source);
    if (alias !== undefined) return ` ${alias}${this.#tail()}`;
    const isCollection = tree.kind === 'map' || tree.kind === 'seq';
    if (!isCollection) return this.#scalarLines(tree, column, props, ' ');
    if (isEmpty(tree) || this.#tape.chance(this.#flow / 3))
      return `${props} ${this.#flowBody(tree, column + 1, false, this.#tape.chance(30))}${this.#tail()}`;
    const below = props !== '' || this.#tape.chance(this.#odd);
    const gap = below || !this.#tape.chance(this.#odd) ? 1 : 3;
    const inner = below ? column + this.#step : column + 1 + gap;
    const lead = below ? props + this.#tail() : ' '.repeat(gap);
    return (
      lead + (tree.kind === 'map' ? this.#entries(tree.entries, inner, !below) : this.#items(tree.items, inner, !below))
    );
  }

  #scalarLines(
    tree: Extract<Tree, { kind: 'text' | 'typed' | 'prose' }>,
    column: number,
    props: string,
    gap: string,
  ): string {
    if (tree.kind === 'typed') {
      return props + (tree.source === '' ? '' : gap + tree.source) + this.#tail();
    }
    if (tree.kind === 'prose') return this.#prose(tree.lines, column, props);
    if (/^[!-~][ -~]*$/.test(tree.text) && this.#tape.chance(this.#odd / 2)) {
      const inner = ' '.repeat(column + this.#tape.pick([1, 2, 5]));
      this.#afterBlockScalar = true;
      return `${props} ${this.#tape.pick(['|-', '>-'])}${this.#tape.pick(['\n', '\n', ' # x\n'])}${inner}${tree.text}\n${this.#tape.pick(['', '', '\n', '\n\n'])}`;
    }
    return `${props}${gap}${this.#inline(tree.text, false)}${this.#tail()}`;
  }

  #prose(lines: readonly string[], column: number, props: string): string {
    const indent = ' '.repeat(column + this.#tape.pick([2, 1, 4]));
    switch (this.#tape.below(4)) {
      case 0:
      case 1: {
        this.#afterBlockScalar = true;
        const header = this.#tape.pick(['|', '|', '>', '>']) + this.#tape.pick(['', '-', '+']);
        const body = lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('');
        return `${props} ${header}${this.#tape.pick(['', '', ' # header', '  '])}\n${body}${this.#tape.pick(['', '', '\n', '\n\n'])}`;
      }
      case 2: {
        const folded = lines
          .map((line) => JSON.stringify(line).slice(1, -1))
          .join(this.#tape.pick([`\n${indent}`, `\\\n${indent}`, `\n\n${indent}`]));
        return `${props} "${folded}"${this.#tail()}`;
      }
      default: {
        const words = lines
          .filter((line) => plainText.test(line))
          .join(this.#tape.pick([`\n${indent}`, `\n\n${indent}`]));
        return `${props} ${words}${this.#tail()}`;
      }
    }
  }

  #inline(value: string, flow: boolean): string {
    const isPlain = plainText.test(value) && !typedWords.test(value);
    const style = this.#tape.chance(this.#odd * 3) ? this.#tape.pick(['plain', 'single', 'double']) : this.#quotes;
    if (style === 'plain' && isPlain) return value;
    if (style === 'single' && /^[ -~\u00a0-\u2027\u202a-\ud7ff]*$/.test(value))
      return `'${value.replaceAll("'", "''")}'`;
    const json = JSON.stringify(value).replaceAll(/[\u0085\u2028\u2029]/g, escapeOf);
    if (!flow && this.#tape.chance(this.#odd)) return json.replaceAll('/', '\\x2F').replaceAll('a', '\\x61');
    return json;
  }

  #flowText(source: Tree, column: number, json: boolean, lines: boolean): string {
    const { props, tree, alias } = this.#open(source);
    if (alias !== undefined) return `${alias} `;
    return (props === '' ? '' : `${props.trimStart()} `) + this.#flowBody(tree, column, json, lines);
  }

  #flowBody(tree: Exclude<Tree, { kind: 'shared' }>, column: number, json: boolean, lines: boolean): string {
    switch (tree.kind) {
      case 'typed':
        return tree.source === '' ? 'null' : tree.source;
      case 'text':
        return json ? JSON.stringify(tree.text) : this.#inline(tree.text, true);
      case 'prose':
        return JSON.stringify(tree.lines.join('\n'));
      case 'map':
      case 'seq':
        return this.#flowCollection(tree, column, json, lines);
    }
  }

  #flowCollection(tree: Extract<Tree, { kind: 'map' | 'seq' }>, column: number, json: boolean, lines: boolean): string {
    const [open, close] = tree.kind === 'map' ? ['{', '}'] : ['[', ']'];
    if (isEmpty(tree)) return open + this.#tape.pick(['', '', ' ']) + close;
    const indent = ' '.repeat(column + 2);
    const entries =
      tree.kind === 'seq'
        ? tree.items.map((item) => this.#flowText(item, column + 2, json, lines))
        : tree.entries.map(([key, value]) => {
            const shown = key === '<<' ? '<<' : this.#key(key, json);
            const colon = shown.startsWith('"') && value.kind !== 'shared' && this.#tape.chance(30) ? ':' : ': ';
            return shown + colon + this.#flowText(value, column + 2, json, lines);
          });
    const last = this.#tape.chance(this.#odd * 2) ? ',' : '';
    if (!lines) {
      const pad = this.#tape.pick(['', '', ' ']);
      return `${open}${pad}${entries.join(this.#tape.pick([', ', ', ', ',', ' , ']))}${last}${pad}${close}`;
    }
    const outer = ' '.repeat(column);
    const rows = entries.map((entry, index) => {
      const isLast = index === entries.length - 1;
      const note = this.#tape.chance(this.#noise) ? ` ${this.#tape.pick(commentTexts)}` : '';
      return `${indent}${entry}${isLast ? last : ','}${note}`;
    });
    return this.#tape.chance(10)
      ? `${open}${rows.join('\n').slice(indent.length)}${close}`.replace(/( #[^\n]*)([\]}])$/, `$1\n${outer}$2`)
      : `${open}\n${rows.join('\n')}\n${outer}${close}`;
  }
}
