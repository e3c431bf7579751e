/** Everything a command needs of the world. The process implements it; tests may too. */
export interface Shell {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdinIsTerminal: boolean;
  /** Whether what is written there is shown in colors. */
  readonly isColored: { readonly stdout: boolean; readonly stderr: boolean };
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
  /** A cluster, as kubectl would reach it. */
  readonly openCluster: (wanted: ClusterWanted) => Promise<ClusterOpened>;
  /** What one PEM block says, undefined where it is no certificate. */
  readonly inspectCertificate: (pem: string) => Certificate | undefined;
  /** The page of a rule or problem, as Markdown; undefined where there is none. */
  readonly rulePage: (id: string) => Promise<string | undefined>;
  /** Milliseconds since 1970. What is printed on stdout must not depend on it. */
  readonly now: () => number;
}

export interface Certificate {
  readonly subject: string;
  readonly validToMs: number;
}

export type FileRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

export type FileWritten = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type Ran =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly number: number }
  | { readonly kind: 'not-started'; readonly reason: 'not-found' | 'not-executable' };

export interface ClusterWanted {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export type ClusterOpened =
  | { readonly ok: true; readonly cluster: Cluster }
  | { readonly ok: false; readonly reason: string };

/** Read-only: there is nothing but `get`. */
export interface Cluster {
  readonly context: string;
  readonly server: string;
  readonly get: (path: string) => Promise<ClusterAnswer>;
}

export type ClusterAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string };
