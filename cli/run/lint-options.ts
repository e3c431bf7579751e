import { type Command, Option } from 'commander';
import { formatNames } from '../core/lint/format/formats.ts';
import { severityWords } from '../core/lint/lint-config.ts';
import { severities } from '../core/lint/rule/rule.ts';

const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** The flags of `daps lint` beside the settings. */
export const addLintOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 from this severity on (default: error)').choices([...severities]),
    )
    .addOption(
      new Option('--rule <id=severity>', `weigh a rule: ${severityWords.join(', ')}; may be repeated`).argParser(
        collect,
      ),
    )
    .option('--require-injected', 'report Dapr workloads that daps has not injected, or another version has')
    .option('--fix', 'write the fixes that are certain into the files; what comes by stdin goes to stdout')
    .option('--diff', 'with --fix: print a unified diff, write nothing')
    .option('--dry-run', 'with --fix: write nothing, only report')
    .addOption(
      new Option(
        '--output <format[=file]>',
        `print as ${formatNames.join(', ')}, or write into a file; may be repeated (default: text)`,
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--chart-dir <dir>',
        'the chart that the manifests are rendered from: findings name its templates; may be repeated',
      ).argParser(collect),
    )
    .option('--baseline <file>', 'leave out the findings that the file has')
    .option('--write-baseline <file>', 'write the findings there are into a file, for --baseline')
    .option('-q, --quiet', 'no summary')
    .addOption(new Option('--color <when>', 'color the findings').choices(['auto', 'always', 'never']).default('auto'));
