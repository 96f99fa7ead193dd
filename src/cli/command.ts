import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usageError.js';

/** An option of a command: what `parseArgs` of Node takes, and what help says of it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** Default of a string; a boolean is false. */
  readonly default?: string;
  /** What stands for a string's value in help, such as `N`. */
  readonly value?: string;
  /** Says what it is for; help adds the default. */
  readonly help: string;
}

type Options = Readonly<Record<string, Option>>;

/** What the user gave: a string with a default is never undefined. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { readonly default: string }
      ? string
      : string | undefined;
};

/** One command of `ast-ts`. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** What stands after the name, such as `FILE…`. */
  readonly operands: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly options: O;
  /** More for its help: what it prints, what its exit code means. */
  readonly notes?: string;
  /**
   * Does it. Results go to standard output, all else to standard error.
   *
   * @returns the exit code: 0 all done, 1 something failed
   * @throws {UsageError} before any work, when values are out of range
   */
  run(operands: readonly string[], values: Values<O>): Promise<number>;
}

/** A command that is run with arguments: what the table of commands holds. */
export interface RunnableCommand extends Pick<Command, 'name' | 'operands' | 'summary'> {
  readonly help: string;
  run(args: readonly string[]): Promise<number>;
}

/** Makes a command from its description: its values are checked and typed by its options. */
export function defineCommand<const O extends Options>(command: Command<O>): RunnableCommand {
  const { name, operands, summary } = command;
  return {
    name,
    operands,
    summary,
    help: helpOf(command),
    run(args) {
      const { values, positionals } = parse([...args], command.options);
      return command.run(positionals, { ...noFlags(command.options), ...values } as Values<O>);
    },
  };
}

function parse(args: string[], options: Options) {
  try {
    return parseArgs({ args, allowPositionals: true, options: options as NonNullable<ParseArgsConfig['options']> });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

const noFlags = (options: Options): Record<string, boolean> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, { type }]) => (type === 'boolean' ? [[name, false]] : [])),
  );

function helpOf({ name, operands, summary, options, notes }: Command): string {
  const all: Options = { ...options, help: { type: 'boolean', help: 'this text' } };
  const rows = Object.entries(all).map(([option, { value, help, default: usual }]): [string, string] => [
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    `${help}${usual === undefined ? '' : ` (default: ${usual})`}`,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`);
  return `Usage: ast-ts ${name} ${operands} [options]\n\n${summary}\n\n${lines.join('')}${notes === undefined ? '' : `\n${notes}\n`}`;
}
