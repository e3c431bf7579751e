import { Argument, Command, CommanderError, Option } from 'commander';
import { type CaptureOptions, runCapture } from './commands/capture.ts';
import { addExplain } from './commands/explain.ts';
import { runFn } from './commands/fn.ts';
import { type HelmPluginOptions, runHelmPluginInstall } from './commands/helm-plugin.ts';
import { type InjectOptions, runInject } from './commands/inject.ts';
import { type LintOptions, runLint } from './commands/lint.ts';
import { type RulesOptions, runRules } from './commands/rules.ts';
import { runCommand } from './commands/run.ts';
import { runSchema, schemaNames } from './commands/schema.ts';
import { runUninject } from './commands/uninject.ts';
import { exitCode } from './exit-code.ts';
import { addLintOptions } from './run/lint-options.ts';
import { addEmitOptions, addOutputOptions, addSettingOptions, type SettingOptions } from './run/options.ts';
import type { Shell } from './shell/shell.ts';

/** What the program came to: an exit code, nothing thrown but bugs. */
export const runProgram = async (shell: Shell, argv: readonly string[]): Promise<number> => {
  let code = 0;
  const program = buildProgram(shell, (exit) => {
    code = exit;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCode('settings');
    throw thrown;
  }
};

/** The commands and their flags. `done` takes the exit code of the one that ran. */
export const buildProgram = (shell: Shell, done: (code: number) => void): Command => {
  const program = new Command('daps');
  program
    .description('The lifecycle layer Dapr lacks: injects the daps sidecar into rendered Kubernetes manifests.')
    .version(shell.version)
    .configureOutput({ writeOut: shell.writeStdout, writeErr: shell.writeStderr })
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(daps --help lists the commands, daps COMMAND --help its flags)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExamples:\n  helm template NAME CHART | daps\n  helm install NAME CHART --post-renderer daps\n  kustomize build . | daps\n  daps inject --diff rendered.yaml',
    );
  const inject = program
    .command('inject', { isDefault: true })
    .description('add the sidecar and the shutdown hooks to Dapr workloads (the default command)')
    .argument('[files...]', 'files and folders of manifests; - or nothing is stdin');
  addSettingOptions(addEmitOptions(addOutputOptions(inject))).action(
    async (files: string[], options: InjectOptions) => {
      if (files.length === 0 && shell.stdinIsTerminal) {
        program.outputHelp({ error: true });
        done(exitCode('settings'));
        return;
      }
      done(exitCode(await runInject(shell, files, options)));
    },
  );
  const uninject = program
    .command('uninject')
    .description('take out what inject added, byte for byte')
    .argument('[files...]', 'files and folders of manifests; - or nothing is stdin');
  addSettingOptions(addOutputOptions(uninject)).action(async (files: string[], options: InjectOptions) =>
    done(exitCode(await runUninject(shell, files, options))),
  );
  const fn = program.command('fn').description('KRM function: a ResourceList on stdin and stdout (kustomize, kpt)');
  addSettingOptions(addOutputOptions(fn)).action(async (options: InjectOptions) =>
    done(exitCode(await runFn(shell, options))),
  );
  const run = program
    .command('run')
    .description('run a command and inject what it prints; fails as the command fails')
    .usage('[options] -- CMD [ARGS...]')
    .argument('<cmd...>', 'the command, after --');
  addSettingOptions(addEmitOptions(addOutputOptions(run))).action(async (cmd: string[], options: InjectOptions) =>
    done(await runCommand(shell, cmd, options)),
  );
  addExplain(shell, program, done);
  const capture = program
    .command('capture')
    .description("read a cluster's facts (trust anchors, versions, Dapr's own settings) into .daps.yaml")
    .option('--kubeconfig <file>', "the kubeconfig; without it KUBECONFIG, ~/.kube/config or the pod's own")
    .option('--context <name>', "the kubeconfig's context; without it the current one")
    .option('--namespace <name>', "the control plane's namespace; without it all are looked through")
    .option(
      '--output <file>',
      'the file to write; - is stdout; without it .daps.yaml, upward from the working directory',
    )
    .option('--check', 'write nothing; exit 1 where the cluster is not what the file says');
  addOutputOptions(capture).action(async (options: CaptureOptions) => done(exitCode(await runCapture(shell, options))));
  const lint = program
    .command('lint')
    .description('find what would go wrong in the cluster, in manifests and Dapr resources')
    .argument('[files...]', 'files and folders of manifests; - or nothing is stdin');
  addSettingOptions(addLintOptions(lint)).action(async (files: string[], options: LintOptions & SettingOptions) =>
    done(exitCode(await runLint(shell, files, options))),
  );
  program
    .command('rules')
    .description('list what lint finds, or explain one rule')
    .argument('[id]', 'a rule; without it all are listed')
    .addOption(
      new Option('--format <format>', 'how to print the list').choices(['table', 'json', 'markdown']).default('table'),
    )
    .action(async (id: string | undefined, options: RulesOptions) =>
      done(exitCode(await runRules(shell, id, options))),
    );
  program
    .command('schema')
    .description('print the JSON schema of .daps.yaml, or of lint --output=json')
    .addArgument(new Argument('[of]', 'what to describe').choices(schemaNames).default('settings'))
    .action((of: (typeof schemaNames)[number]) => done(exitCode(runSchema(shell, of))));
  const plugin = program.command('helm-plugin').description('use daps as a Helm plugin');
  plugin
    .command('install')
    .description("put daps into Helm's plugins folder, in the form this Helm can load")
    .option('--helm <program>', 'the Helm to install for', 'helm')
    .action(async (options: HelmPluginOptions) => done(exitCode(await runHelmPluginInstall(shell, options))));
  return program;
};
