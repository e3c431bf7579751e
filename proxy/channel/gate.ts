/** The app channel's port, and the connections to it. */
export interface Gate {
  /** Starts to listen, unless it does already. */
  readonly open: () => Promise<void>;
  /** Stops listening. Connections stay as they are. */
  readonly shut: () => Promise<void>;
  /** Forwards the held requests that may go. */
  readonly release: () => void;
  /** Closes every connection: daprd is gone. */
  readonly destroyAll: () => void;
  /** How many connections daprd has here: none when its process has ended, and not before. */
  readonly connections: () => number;
  /** How many held requests can never be sent again. */
  readonly stuck: () => number;
}
