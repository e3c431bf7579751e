import { Publisher } from '../pod/publisher.ts';
import { ofThisRun } from '../run-name.ts';
import { Slots } from '../slots.ts';
import { rabbitBinding, rabbitPubsub } from './broker.ts';
import { Performance, topicOf } from './run.ts';
import { type Column, isComponent, type Played, type Scenario } from './scenario.ts';

const publishersOfAKind = 10;

/** Plays scenarios, many at a time: work that sleeps costs nothing, but pods that start all at once do. */
export class Theatre {
  readonly #plays = new Slots(40);
  readonly #starts = new Slots(4);
  readonly #publishers = new Map<string, Promise<Publisher>>();
  readonly #performances = new Map<Scenario, Performance[]>();
  #count = 0;

  /** Plays one scenario with one kind of pods, and says what became of the messages. */
  play(scenario: Scenario, column: Column): Promise<Played> {
    this.#count += 1;
    const count = this.#count;
    const appId = `${ofThisRun('orders')}-${count}`;
    return this.#plays.run(async () => {
      const publisher = await this.#publisher(scenario, appId, count);
      const performance = new Performance(scenario, column, appId, publisher, this.#starts);
      this.#performances.set(scenario, [...(this.#performances.get(scenario) ?? []), performance]);
      return performance.play();
    });
  }

  /** What the pods of a scenario did so far. */
  storyOf(scenario: Scenario): string {
    return (this.#performances.get(scenario) ?? []).map((one) => one.story).join('\n\n');
  }

  /** A daprd publishes for several scenarios with the same kind of broker. */
  #publisher({ by, pubsub }: Scenario, appId: string, count: number): Promise<Publisher> {
    const topic = topicOf(appId);
    const rabbitOrOther = isComponent(pubsub) ? pubsub : rabbitPubsub();
    const [kind, component] =
      by === 'binding'
        ? [topic, rabbitBinding(topic, topic, 'output')]
        : [`${rabbitOrOther.spec.type} ${count % publishersOfAKind}`, rabbitOrOther];
    const publisher = this.#publishers.get(kind) ?? Publisher.start([component]);
    this.#publishers.set(kind, publisher);
    return publisher;
  }

  async close(): Promise<void> {
    for (const publisher of this.#publishers.values()) await (await publisher).dispose();
  }
}
