import { type BrokerNames, claimNames, removeNames } from '../support/scenario/broker-names.ts';
import { LedgerServer } from './ledger-server.ts';
import { Messages, namesOfApp } from './messages.ts';
import { Helm, Release, type ReleaseOf } from './release.ts';

/** What a suite works with: a user's Helm, a publisher, and where pods say what happens to their messages. */
export class Equipment {
  readonly helm: Helm;
  readonly messages: Messages;
  readonly ledger: LedgerServer;
  readonly #names: BrokerNames[] = [];

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

  /** Installs an app; what it makes in the brokers is removed with the equipment. */
  async install(of: ReleaseOf): Promise<Release> {
    this.#names.push(await claimNames(namesOfApp(of.name)));
    const release = new Release(this.helm, of);
    await release.apply();
    return release;
  }

  /** Removes what the apps subscribed to, and closes everything. */
  async close(): Promise<void> {
    for (const names of this.#names) await removeNames(names);
    await this.messages.close();
    this.helm.dispose();
    this.ledger.stop();
  }
}
