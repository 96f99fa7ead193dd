import { describe, expect, it } from 'vitest';
import { readFlags, usage } from '../../examples/support/flags.js';

describe('the flags of the example', () => {
  it('are a short run on synthetic sounds unless told otherwise', () => {
    expect(readFlags([])).toMatchObject({
      dataset: 'synthetic',
      fold: undefined,
      model: 'tiny',
      epochs: 2,
      warmupRatio: 0.1,
      onUnreadable: 'throw',
      backend: 'auto',
      threads: undefined,
    });
  });

  it('are read as numbers, names and switches', () => {
    const line =
      '--epochs 0.5 --fold=3 --weight-decay 1e-3 --backend onnxruntime --threads 4 --masking --grad-checkpointing';
    expect(readFlags(line.split(' '))).toMatchObject({
      epochs: 0.5,
      fold: 3,
      weightDecay: 0.001,
      backend: 'onnxruntime',
      threads: 4,
      masking: true,
      gradCheckpointing: true,
    });
  });

  it('take a peak rate that fits the model: higher for new weights', () => {
    const rateOf = (...args: string[]) => readFlags(args).learningRate;
    expect(rateOf('--model', 'tiny')).toBe(2e-3);
    expect(rateOf('--model', 'small')).toBe(5e-4);
    expect(rateOf('--model', 'base')).toBe(1e-4);
    expect(rateOf('--model', 'constructor')).toBe(1e-4);
    expect(rateOf('--learning-rate', '3e-5')).toBe(3e-5);
  });

  it.each([
    ['--epoch 1', /'--epoch'/],
    ['--epochs', /'--epochs <value>' argument missing/],
    ['--epochs --masking', /'--epochs'/],
    ['--epochs -1', /'--epochs'/],
    ['--epochs=-1', /--epochs: expected a positive number; got '-1'/],
    ['--epochs=', /--epochs: expected a positive number; got ''/],
    ['--epochs Infinity', /--epochs: expected a positive number/],
    ['--batch-size 2.5', /--batch-size: expected an integer of 1 or more; got '2.5'/],
    ['--max-length 15', /--max-length: expected an integer of 16 or more/],
    ['--max-length 95 --masking', /--max-length: expected 96 or more with --masking/],
    ['--learning-rate fast', /--learning-rate: expected a positive number; got 'fast'/],
    ['--warmup-ratio 1', /--warmup-ratio: expected a number in \[0, 1\)/],
    ['--weight-decay=-0.1', /--weight-decay: expected a number of 0 or more/],
    ['--fold 0', /--fold: expected an integer of 1 or more/],
    ['--threads 0', /--threads: expected an integer of 1 or more/],
    ['--threads 2 --backend wasm', /--threads: expected backend onnxruntime.*got 'wasm'/],
    ['--backend cuda', /--backend: expected one of auto, onnxruntime, wasm, cpu, tensorflow; got 'cuda'/],
    ['--categories birds', /--categories: expected one of all, nature/],
    ['--on-unreadable ignore', /--on-unreadable: expected one of throw, skip/],
    ['--seed 1.5', /--seed: expected an integer/],
    ['--model=', /--model: expected a name/],
    ['3', /Unexpected argument '3'/],
  ])('refuse %s', (line, message) => {
    expect(() => readFlags(line.split(' '))).toThrow(message);
    expect(() => readFlags(line.split(' '))).toThrow('--help');
  });

  it('are all in the usage text', () => {
    const inUsage = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name!);
    for (const name of inUsage.filter((each) => each !== 'help'))
      expect(() => readFlags([`--${name}`, '?']), name).not.toThrow(/Unknown option/);
    const camelCase = inUsage.map((name) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
    expect(camelCase).toEqual(expect.arrayContaining(Object.keys(readFlags([]))));
  });
});
