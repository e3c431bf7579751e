/** The app channel's door, and what waits behind it. */
export interface Gate {
  /** Begins to listen; nothing where it does already. */
  readonly open: () => Promise<void>;
  /** Listens no more. Connections stay as they are. */
  readonly shut: () => Promise<void>;
  /** Sends to the app what is held and may go. */
  readonly release: () => void;
  /** Ends every connection: daprd is gone. */
  readonly destroyAll: () => void;
  /** How many connections daprd has here: none are left when its process has ended, and not before. */
  readonly connections: () => number;
  /** How many requests wait that can never be sent again. */
  readonly stuck: () => number;
}
