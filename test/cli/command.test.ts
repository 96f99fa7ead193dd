import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../src/cli/command.js';
import { UsageError } from '../../src/cli/usageError.js';

const given: unknown[] = [];
const greet = defineCommand({
  name: 'greet',
  operands: 'NAME…',
  summary: 'Says hello.',
  options: {
    times: { type: 'string', value: 'N', default: '1', help: 'how often' },
    to: { type: 'string', value: 'WHOM', help: 'whom else' },
    loud: { type: 'boolean', help: 'in capitals' },
  },
  async run(operands, values) {
    given.push([operands, { ...values }]);
    const repeated: string = values.times; // typed by its default
    const other: string | undefined = values.to;
    return repeated.length + (other?.length ?? 0);
  },
});

describe('a command', () => {
  it('is given its operands and values, with their defaults', async () => {
    expect(await greet.run(['Ann', '--loud', 'Bob', '--to=Cy'])).toBe(3);
    expect(await greet.run([])).toBe(1);
    expect(given).toEqual([
      [['Ann', 'Bob'], { times: '1', to: 'Cy', loud: true }],
      [[], { times: '1', loud: false }],
    ]);
  });

  it('tells its options in columns, with their defaults', () => {
    expect(greet.help).toBe(
      'Usage: ast-ts greet NAME… [options]\n\nSays hello.\n\n' +
        '  --times N  how often (default: 1)\n  --to WHOM  whom else\n  --loud     in capitals\n  --help     this text\n',
    );
  });

  it('refuses what it does not know as a wrong command line', () => {
    for (const args of [['--quiet'], ['--times'], ['--loud=yes']]) expect(() => greet.run(args)).toThrow(UsageError);
  });
});
