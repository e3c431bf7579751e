/** Everything a command needs of the world. The process implements it; tests may too. */
export interface Shell {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdinIsTerminal: boolean;
  readonly useColor: boolean;
  /** All of stdin. */
  readonly readStdin: () => Uint8Array;
  readonly readFile: (path: string) => FileRead;
  /** The files of a folder with a manifest's ending, deep and in order; undefined where it is no folder. */
  readonly listManifests: (path: string) => readonly string[] | undefined;
  readonly writeStdout: (text: string) => void;
  readonly writeStderr: (text: string) => void;
  /** Writes or appends to a file; folders on the way are made. */
  readonly writeFile: (path: string, text: string) => FileWritten;
  readonly appendFile: (path: string, text: string) => FileWritten;
  /** Runs a program; its stdout is kept, its stdin and stderr are ours. */
  readonly run: (command: string, args: readonly string[]) => Promise<Ran>;
  /** Runs a program whose stdout and stderr are both kept. */
  readonly ask: (command: string, args: readonly string[]) => Promise<Ran>;
  /** All programs of that name on PATH, the first one first. */
  readonly findPrograms: (name: string) => readonly string[];
  /** The text of the running bundle, undefined when the sources run. */
  readonly ownBundle: () => string | undefined;
  readonly nodePath: string;
}

export type FileRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

export type FileWritten = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type Ran =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly number: number }
  | { readonly kind: 'not-started'; readonly reason: 'not-found' | 'not-executable' };
