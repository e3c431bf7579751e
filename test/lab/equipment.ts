import { LedgerServer } from './ledger-server.ts';
import { Messages } from './messages.ts';
import { Helm, Release, type ReleaseOf } from './release.ts';

/** What a suite works with: a user's Helm, a publisher, and where pods say what happens to their messages. */
export class Equipment {
  readonly helm: Helm;
  readonly messages: Messages;
  readonly ledger: LedgerServer;

  private constructor(helm: Helm, messages: Messages, ledger: LedgerServer) {
    this.helm = helm;
    this.messages = messages;
    this.ledger = ledger;
  }

  static async open(major: 3 | 4 = 4): Promise<Equipment> {
    const ledger = new LedgerServer();
    await ledger.start();
    return new Equipment(await Helm.open(major), await Messages.open(), ledger);
  }

  /** Installs an app with queues of its own: what a lab that was ended in its middle left in them is delivered to nobody. */
  async install(of: ReleaseOf): Promise<Release> {
    await this.messages.removeQueuesOf(of.name);
    const release = new Release(this.helm, of);
    await release.apply();
    return release;
  }

  /** Removes what apps subscribed to, and closes everything. */
  async close(apps: readonly string[] = []): Promise<void> {
    for (const app of apps) await this.messages.removeQueuesOf(app);
    await this.messages.close();
    this.helm.dispose();
    this.ledger.stop();
  }
}
