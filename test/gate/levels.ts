/** Minutes as a level's budget counts them: seconds. */
const minutes = (count: number): number => count * 60;

/** A part of the gate: one command that runs by itself, passes or fails, and may take so long. */
export interface Level {
  readonly name: string;
  /** What a green level shows, for the table in `test/README.md`. */
  readonly proves: string;
  /** As one would type it. */
  readonly command: readonly string[];
  /** Whether the command runs mocha, whose results are counted test by test. */
  readonly isMocha: boolean;
  /** Levels that must pass first. */
  readonly needs: readonly string[];
  /** Levels that must end first, passed or not: two that compute would only slow each other down. */
  readonly after: readonly string[];
  /** The longest a level may take on a machine of two cores, beside other levels and busy neighbors. */
  readonly budgetS: number;
  /** The same where nothing is sampled. */
  readonly fullBudgetS: number;
  /** Runs with less priority than the levels beside it. */
  readonly isPatient?: true;
  /** Takes down what another level brought up, so it runs even after the gate was interrupted. */
  readonly isCleanUp?: true;
}

const lab = (name: string, suites: readonly string[]) => ({
  name: `cluster: ${name}`,
  command: [
    'npx',
    'mocha',
    '--require',
    'test/lab/root-hooks.ts',
    ...suites.map((suite) => `test/lab/${suite}.lab.ts`),
  ],
  isMocha: true as const,
  needs: ['cluster'],
});

/**
 * Every level of the gate. Levels that wait (pods at work, grace periods, a cluster) run beside levels that compute;
 * `needs` and `after` say what runs beside what. The clock of a budget starts when its level starts.
 */
export const levels: readonly Level[] = [
  {
    name: 'lint',
    proves: 'style, types, unused code',
    command: ['npm', 'run', 'lint'],
    isMocha: false,
    needs: [],
    after: [],
    budgetS: minutes(3),
    fullBudgetS: minutes(4),
  },
  {
    name: 'tools',
    proves: "the real tools are there: Helm, kustomize, Dapr, Kubernetes' own programs",
    command: ['npm', 'run', 'tools'],
    isMocha: false,
    isPatient: true,
    needs: [],
    after: [],
    budgetS: minutes(45), // from nothing; from the cache it takes seconds
    fullBudgetS: minutes(45),
  },
  {
    name: 'units',
    proves: "the README's test command: the CLI and the sidecar, without other programs",
    command: ['npm', 'test', '--'],
    isMocha: true,
    isPatient: true,
    needs: [],
    after: ['lint'],
    budgetS: minutes(15),
    fullBudgetS: minutes(60),
  },
  {
    name: 'programs',
    proves: "what Helm, kustomize, the API server's code and Dapr's injector make of daps' output",
    command: ['npm', 'run', 'test:programs', '--'],
    isMocha: true,
    isPatient: true,
    needs: ['tools'],
    after: ['units'],
    budgetS: minutes(12),
    fullBudgetS: minutes(60),
  },
  {
    name: 'pods',
    proves: 'a real daprd with RabbitMQ and Redis: nothing lost, doubled or cut when a pod starts, stops or crashes',
    command: ['npm', 'run', 'test:pods', '--'],
    isMocha: true,
    needs: ['tools'],
    after: ['lint'],
    budgetS: minutes(18),
    fullBudgetS: minutes(60),
  },
  {
    name: 'cluster',
    proves: 'a real Kubernetes with Dapr comes up',
    command: ['npm', 'run', 'lab:up'],
    isMocha: false,
    needs: ['tools'],
    after: ['lint'],
    budgetS: minutes(8),
    fullBudgetS: minutes(5),
  },
  {
    ...lab('installs', ['install', 'inline', 'mesh']),
    proves: 'Helm 3 and 4 install injected apps, daprd inline is served, pods of a service mesh lose nothing',
    after: [],
    budgetS: minutes(12),
    fullBudgetS: minutes(10),
  },
  {
    ...lab('rollouts', ['rollout', 'demo']),
    proves: 'rollouts, scalings, evictions and crashes on a real kubelet, under load',
    after: ['units', 'programs', 'pods', 'cluster: installs'], // hundreds of calls a second
    budgetS: minutes(22),
    fullBudgetS: minutes(100),
  },
  {
    ...lab('faults', ['cost', 'kubelet-model', 'security', 'faults', 'rotation']),
    proves:
      "a kubelet, an API server or a containerd that dies, and new root certificates: the pods' messages are safe; the test kubelet acts as the real one; pods of every security context start; a sidecar costs a node what the README says",
    // The first compares times, the others disturb every other pod of the cluster.
    after: ['cluster: rollouts'],
    budgetS: minutes(14),
    fullBudgetS: minutes(20),
  },
  {
    name: 'cluster down',
    proves: 'nothing of the cluster is left on the machine',
    command: ['npm', 'run', 'lab:down'],
    isMocha: false,
    isCleanUp: true,
    needs: [],
    after: ['cluster: installs', 'cluster: rollouts', 'cluster: faults'],
    budgetS: minutes(4),
    fullBudgetS: minutes(2),
  },
  {
    name: 'bench',
    proves: "the sidecar's speed and memory are near nginx's",
    command: ['npm', 'run', 'bench:proxy', '--', '--quick'],
    isMocha: false,
    needs: [],
    after: ['lint', 'units', 'programs', 'pods', 'cluster down'], // measures the machine by itself
    budgetS: minutes(5),
    fullBudgetS: minutes(3),
  },
];
