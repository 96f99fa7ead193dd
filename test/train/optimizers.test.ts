import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { adam, adamW, createOptimizer, layerwiseDecay, type Optimizer, sgd } from '../../src/train/index.js';
import { describeOnEveryBackend, tensorsLeft } from '../support/backends.js';
import { tinyModel } from '../support/tinyModel.js';

/** Largest difference from PyTorch in single precision, absolute; the values are around 1. */
const TOLERANCE = 2e-6;

const start = [0.5, -1.25, 2, 0.75, -0.1, 1e-3];
const gradients = [
  [0.3, -2, 0, 1e-3, 4, -0.7],
  [-0.2, 1, 0.5, 2e-3, -3, 0.1],
  [0.1, 0.25, -1.5, -1e-3, 2, 0.9],
  [0.05, -0.5, 0.8, 3e-3, 1, -0.2],
];
const rates = [0.1, 0.05, 0.1, 0.02];
const name = 'dense.weight';

/** Where `steps` updates from `start` lead; those in `missed` have no gradient for the parameter. */
async function run(
  optimizer: Optimizer,
  { from = 0, to = 4, missed = [] as number[], at = start } = {},
): Promise<number[]> {
  const parameter = tf.tidy(() => tf.variable(tf.tensor2d(at, [2, 3])));
  for (let i = from; i < to; i++)
    tf.tidy(() => {
      const gradient = tf.tensor2d(gradients[i]!, [2, 3]);
      optimizer.step(new Map([[name, parameter]]), new Map(missed.includes(i) ? [] : [[name, gradient]]), rates[i]!);
    });
  const values = [...(await parameter.data())];
  parameter.dispose();
  return values;
}

/** What torch.optim (PyTorch 1.13) makes of `start` with the same gradients and rates. */
const torch: [string, () => Optimizer, number[]][] = [
  [
    'AdamW(weight_decay=0.1)',
    () => adamW({ weightDecay: 0.1 }),
    [0.34731808, -1.0871063, 1.9530281, 0.52866811, -0.23711829, 0.10146855],
  ],
  [
    'AdamW(betas=(0.8, 0.95), eps=1e-3, weight_decay=0)',
    () => adamW({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }),
    [0.3649655, -1.1278954, 2.0101449, 0.63985246, -0.23721574, 0.091306381],
  ],
  ['Adam()', () => adam(), [0.35885924, -1.1186666, 2.0061691, 0.54637712, -0.24159919, 0.10347434]],
  [
    'Adam(betas=(0.95, 0.999), weight_decay=0.1)',
    () => adam({ beta1: 0.95, weightDecay: 0.1 }),
    [0.32926556, -1.1005658, 1.8717753, 0.48145342, -0.24319041, 0.10749479],
  ],
  ['SGD()', () => sgd(), [0.46900001, -1.1149999, 2.109, 0.74983996, -0.56999999, -0.02]],
  [
    'SGD(weight_decay=0.1)',
    () => sgd({ weightDecay: 0.1 }),
    [0.45603234, -1.0842965, 2.0554976, 0.72977948, -0.5619539, -0.020971257],
  ],
  [
    'SGD(momentum=0.9, weight_decay=0.1)',
    () => sgd({ momentum: 0.9, weightDecay: 0.1 }),
    [0.42072633, -0.88479817, 1.977035, 0.70976043, -0.83177334, 0.049200501],
  ],
  [
    'SGD(momentum=0.9, dampening=0.5)',
    () => sgd({ momentum: 0.9, dampening: 0.5 }),
    [0.43704599, -0.85668993, 2.04145, 0.74963218, -0.95602, 0.110496],
  ],
  [
    'SGD(momentum=0.9, nesterov=True, weight_decay=0.1)',
    () => sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
    [0.38610062, -0.76389313, 2.0361376, 0.69402111, -1.2059399, 0.019743126],
  ],
];

function expectClose(values: readonly number[], expected: readonly number[], tolerance = TOLERANCE): void {
  const errors = values.map((value, i) => Math.abs(value - expected[i]!));
  expect(Math.max(...errors), `${values} against ${expected}`).toBeLessThan(tolerance);
}

describeOnEveryBackend('four updates equal those of torch.optim', () => {
  it.each(torch)('%s', async (_, make, expected) => {
    const optimizer = make();
    expectClose(await run(optimizer), expected);
    optimizer.dispose();
  });
});

describe('an optimizer', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('counts the updates of a parameter that gets its first gradient late, as torch does', async () => {
    // AdamW(weight_decay=0.1) and SGD(momentum=0.9, weight_decay=0.1) with `grad = None` in steps 0 and 2, and in step 0.
    const late = [0.55579436, -1.2964892, 1.9163978, 0.67504174, -0.041396625, -0.04158492];
    expectClose(await run(adamW({ weightDecay: 0.1 }), { missed: [0, 2] }), late);
    const lateMomentum = [0.50362962, -1.3881396, 2.0244083, 0.72776228, 0.11332431, -0.11658241];
    expectClose(await run(sgd({ momentum: 0.9, weightDecay: 0.1 }), { missed: [0] }), lateMomentum);
  });

  it.each(torch)('goes on bit for bit from the state of another: %s', async (_, make) => {
    for (const missed of [[], [0], [1], [0, 2]]) {
      const whole = await run(make(), { missed });
      const first = make();
      const middle = await run(first, { to: 2, missed });
      const second = make();
      second.restore(first.state);
      first.dispose(); // the tensors were cloned
      expect(await run(second, { from: 2, missed, at: middle })).toEqual(whole);
      expect(second.state.steps).toBe(4);
      second.dispose();
    }
  });

  it('refuses the state of another rule', async () => {
    const other = adamW();
    await run(other);
    expect(() => sgd({ momentum: 0.9 }).restore(other.state)).toThrow(
      'Expected the state of an optimizer with momentum, missed; got one with moment1.dense.weight.',
    );
  });

  it('names what it remembers after the parameter', async () => {
    const namesOf = async (optimizer: Optimizer, missed: number[] = []) => {
      await run(optimizer, { missed });
      return [...optimizer.state.tensors.keys()].sort();
    };
    expect(await namesOf(adamW())).toEqual(['moment1.dense.weight', 'moment2.dense.weight']);
    expect(await namesOf(adam())).toEqual(['moment1.dense.weight', 'moment2.dense.weight']);
    expect(await namesOf(sgd({ momentum: 0.9 }))).toEqual(['momentum.dense.weight']);
    expect(await namesOf(sgd())).toEqual([]);
    expect(await namesOf(sgd({ momentum: 0.9 }), [0])).toEqual(['missed.dense.weight', 'momentum.dense.weight']);
  });

  it('leaves no tensor but what it remembers, and that until it is disposed', async () => {
    for (const [, make] of torch) {
      const optimizer = make();
      expect(await tensorsLeft(() => run(optimizer, { missed: [1] }))).toBe(optimizer.state.tensors.size);
      const other = make();
      expect(await tensorsLeft(() => other.restore(optimizer.state))).toBe(optimizer.state.tensors.size);
      const held = 2 * optimizer.state.tensors.size;
      expect(await tensorsLeft(() => [optimizer, other].forEach((each) => void each.dispose()))).toBe(-held || 0);
    }
  });

  it('takes a factor on the rate of each parameter, which its decay follows', async () => {
    const halved = (make: (rateOf?: () => number) => Optimizer) => {
      const [parameter, other] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(2))];
      make(() => 0.5).step(new Map([[name, parameter]]), new Map([[name, tf.scalar(3)]]), 0.1);
      make().step(new Map([[name, other]]), new Map([[name, tf.scalar(3)]]), 0.05);
      expect(parameter.dataSync()[0]).toBe(other.dataSync()[0]);
    };
    halved((rateOf) => adamW({ weightDecay: 0.1, rateOf }));
    halved((rateOf) => adam({ weightDecay: 0.1, rateOf }));
    halved((rateOf) => sgd({ weightDecay: 0.1, momentum: 0.9, rateOf }));
  });

  it('does not decay biases and LayerNorm, unless told to', async () => {
    const moved = (parameterName: string, decays?: () => boolean) => {
      const parameter = tf.variable(tf.scalar(1));
      const optimizer = sgd({ weightDecay: 0.5, decays });
      optimizer.step(new Map([[parameterName, parameter]]), new Map([[parameterName, tf.scalar(0)]]), 1);
      return parameter.dataSync()[0];
    };
    expect(moved('dense.weight')).toBe(0.5);
    expect(moved('dense.bias')).toBe(1);
    expect(moved('layernorm_before.weight')).toBe(1);
    expect(moved('dense.bias', () => true)).toBe(0.5);
  });

  it('can be made of a rule of one’s own', async () => {
    const signSgd = createOptimizer({
      memory: [],
      update: ({ parameter, gradient }, { rate }) => [tf.sub(parameter, tf.mul(tf.sign(gradient), rate))],
    });
    expectClose(await run(signSgd, { to: 1 }), [0.4, -1.15, 2, 0.65, -0.2, 0.101]);
  });

  it.each([
    [() => adamW({ beta1: 1 }), 'Expected beta1 to be a number in [0, 1), got 1.'],
    [() => adam({ epsilon: -1 }), 'epsilon'],
    [() => adamW({ weightDecay: -0.1 }), 'weightDecay'],
    [() => adamW({ weightDecay: Number.NaN }), 'weightDecay'],
    [() => sgd({ momentum: -1 }), 'momentum'],
    [() => sgd({ nesterov: true }), 'nesterov needs momentum and no dampening'],
    [() => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }), 'dampening 0.1'],
  ])('refuses what is out of range (%#)', (make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});

describe('layer-wise rate decay', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('halves the rate from the head down to the embeddings, as timm does', async () => {
    const model = tinyModel(); // two blocks
    const rateOf = layerwiseDecay(model.parameters().keys(), 0.5);
    expect(rateOf('classifier.dense.weight')).toBe(1);
    expect(rateOf('audio_spectrogram_transformer.layernorm.weight')).toBe(1);
    expect(rateOf('audio_spectrogram_transformer.encoder.layer.1.output.dense.bias')).toBe(0.5);
    expect(rateOf('audio_spectrogram_transformer.encoder.layer.0.output.dense.bias')).toBe(0.25);
    expect(rateOf('audio_spectrogram_transformer.embeddings.cls_token')).toBe(0.125);
    expect(rateOf('audio_spectrogram_transformer.embeddings.patch_embeddings.projection.bias')).toBe(0.125);
    model.dispose();
  });

  it('refuses a factor out of range, names without blocks, and a name it was not told of', async () => {
    expect(() => layerwiseDecay(['a.0.b'], 0)).toThrow('Expected factor to be a number in (0, 1], got 0.');
    expect(() => layerwiseDecay(['conv2d/kernel'], 0.5)).toThrow('knows blocks by the numbers in names');
    expect(() => layerwiseDecay(['a.0.b'], 0.5)('c')).toThrow("not told of a parameter 'c'");
  });
});
