import { version } from '../version.js';
import { classify } from './classify.js';
import type { RunnableCommand } from './command.js';
import { evaluate } from './evaluate.js';
import { exportModel } from './export.js';
import { finetune } from './finetune.js';
import { inspect } from './inspect.js';
import { inspectModel } from './inspectModel.js';
import { UsageError } from './usageError.js';

/** A further command is one file and one line here. */
const commands: readonly RunnableCommand[] = [classify, finetune, evaluate, inspect, inspectModel, exportModel];

const usage = `Usage: ast-ts COMMAND …

${commands.map(({ name, operands, summary }) => `  ${`${name} ${operands}`.padEnd(22)}${summary}\n`).join('')}
ast-ts COMMAND --help tells a command's options. ast-ts --version prints the version.

Results go to standard output, progress and errors to standard error.
Exit codes: 0 all done, 1 something failed, 2 the command line is wrong.
`;

/**
 * Runs `ast-ts` with these arguments.
 *
 * @returns the exit code: 0 all done, 1 something failed, 2 the command line is wrong
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '--version') {
    process.stdout.write(name === '--help' ? usage : `${version}\n`);
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  try {
    if (!command)
      throw new UsageError(
        `Expected a command of ${commands.map((each) => each.name).join(', ')}, got ${name ?? 'none'}.`,
      );
    if (rest.includes('--help')) {
      process.stdout.write(command.help);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const where = command ? ` ${command.name}` : '';
    process.stderr.write(`ast-ts: ${(error as Error).message}\n${isUsage ? `See ast-ts${where} --help.\n` : ''}`);
    return isUsage ? 2 : 1;
  }
}
