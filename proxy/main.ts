import process from 'node:process';

// The hook runs in every pod that stops, while its messages wait: it loads nothing but what it needs.
if (process.argv[2] === 'self-shutdown') {
  void import('./self-shutdown.ts').then(({ runSelfShutdown }) => runSelfShutdown());
} else {
  void import('./run.ts').then(({ runSidecar }) => runSidecar());
}
