import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/random.js';
import {
  bools,
  type Case,
  type Cases,
  empty,
  integers,
  integersThere,
  normal,
  randomShape,
  withSpecial,
} from '../parity.js';

const ranks = [1, 2, 3, 4, 5];
const oneRun = 'one run of memory: it is copied';

const concatenations = (kernel: string, join: (tensors: tf.Tensor[], axis: number) => tf.Tensor): Case[] =>
  ranks.flatMap((rank) =>
    Array.from({ length: rank }, (_, axis) => {
      const random = createRandom([11, kernel, rank, axis]);
      const shape = randomShape(random, rank);
      const shapes = [0, 1, 2].map(() =>
        kernel === 'Pack' ? shape : shape.map((side, i) => (i === axis ? 1 + random.integer(4) : side)),
      );
      return {
        name: `axis ${axis} of rank ${rank}`,
        inputs: shapes.map((one, i) => withSpecial(one, `${kernel}${i}`)),
        run: (...tensors: tf.Tensor[]) => join(tensors, axis),
      };
    }),
  );

const slices: Case[] = ranks.flatMap((rank) =>
  [0, 1, 2].map((which) => {
    const random = createRandom([12, rank, which]);
    const shape = randomShape(random, rank, 6);
    const begin = shape.map((side) => random.integer(side));
    const size = shape.map((side, axis) => 1 + random.integer(side - begin[axis]!));
    return {
      name: `${size} of ${shape} from ${begin}`,
      inputs: [withSpecial(shape, `slice${rank}${which}`)],
      run: (x?: tf.Tensor) => tf.slice(x!, begin, size),
      ...(tf.slice_util.isSliceContinous(shape, begin, size) && { inJavaScript: oneRun }),
    };
  }),
);

export const shapeCases: Cases = {
  Concat: [
    ...concatenations('Concat', (tensors, axis) => tf.concat(tensors, axis)),
    {
      name: 'the last axis by -1',
      inputs: [normal([2, 3], 'a'), normal([2, 1], 'b')],
      run: (...x) => tf.concat(x, -1),
    },
    {
      name: 'an empty tensor and another',
      inputs: [normal([0, 3], 'a'), normal([2, 3], 'b')],
      run: (...x) => tf.concat(x, 0),
      inJavaScript: empty,
    },
    {
      name: 'integers',
      inputs: [integers([1, 2]), integers([3])],
      run: (...x) => tf.concat(x),
      inJavaScript: integersThere,
    },
  ],
  GatherV2: [
    ...ranks.flatMap((rank) =>
      Array.from({ length: rank }, (_, axis): Case => {
        const shape = randomShape(createRandom([13, rank]), rank);
        const random = createRandom([14, rank, axis]);
        const indices = Array.from({ length: 6 }, () => random.integer(shape[axis]!));
        return {
          name: `axis ${axis} of rank ${rank}`,
          inputs: [withSpecial(shape, 'x'), integers(indices, [2, 3])],
          run: (x, at) => tf.gather(x!, at as tf.Tensor2D, axis),
        };
      }),
    ),
    {
      name: 'truth values as indices',
      inputs: [normal([2, 3], 'x'), bools([5], 'i')],
      run: (x, at) => tf.gather(x!, tf.cast(at!, 'int32') as tf.Tensor1D),
    },
    {
      name: 'in batches',
      inputs: [normal([2, 3, 2], 'x'), integers([0, 2, 1, 1], [2, 2])],
      run: (x, at) => tf.gather(x!, at as tf.Tensor2D, 1, 1),
      inJavaScript: 'batch dimensions',
    },
  ],
  Pack: concatenations('Pack', (tensors, axis) => tf.stack(tensors, axis)),
  PadV2: [
    ...ranks.map((rank): Case => {
      const random = createRandom([15, rank]);
      const paddings = Array.from({ length: rank }, () => [random.integer(3), random.integer(3)] as [number, number]);
      return {
        name: `${paddings.join(' ')}`,
        inputs: [withSpecial(randomShape(random, rank), 'x')],
        run: (x) => tf.pad(x!, paddings, -1.5),
      };
    }),
    {
      name: 'nothing at all',
      inputs: [normal([2, 3], 'x')],
      run: (x) =>
        tf.pad(x!, [
          [0, 0],
          [0, 0],
        ]),
    },
  ],
  Slice: [
    ...slices,
    { name: 'to the end by -1', inputs: [normal([4, 5], 'x')], run: (x) => tf.slice(x!, [1, 2], [-1, -1]) },
    { name: 'nothing', inputs: [normal([4, 5], 'x')], run: (x) => tf.slice(x!, [1, 2], [0, 2]), inJavaScript: empty },
  ],
  SplitV: [
    { name: 'equal parts', inputs: [withSpecial([4, 6], 'x')], run: (x) => tf.split(x!, 3, 1) },
    { name: 'parts of other lengths', inputs: [withSpecial([2, 7, 3], 'x')], run: (x) => tf.split(x!, [1, 4, 2], 1) },
    {
      name: 'the rest by -1',
      inputs: [withSpecial([7, 2], 'x')],
      run: (x) => tf.split(x!, [2, -1, 1], 0),
      inJavaScript: oneRun,
    },
    { name: 'an empty part', inputs: [normal([3, 2], 'x')], run: (x) => tf.split(x!, [0, 3], 0), inJavaScript: empty },
  ],
  Tile: ranks.map((rank) => {
    const random = createRandom([16, rank]);
    const repeats = Array.from({ length: rank }, () => 1 + random.integer(3));
    return {
      name: `by ${repeats}`,
      inputs: [withSpecial(randomShape(random, rank), 'x')],
      run: (x?: tf.Tensor) => tf.tile(x!, repeats),
    };
  }),
  Transpose: ranks.flatMap((rank) =>
    [0, 1, 2].map((which) => {
      const random = createRandom([17, rank, which]);
      const permutation = random.shuffle(Array.from({ length: rank }, (_, axis) => axis));
      return {
        name: `${permutation}`,
        inputs: [withSpecial(randomShape(random, rank), 'x')],
        run: (x?: tf.Tensor) => tf.engine().runKernel('Transpose', { x: x! }, { perm: permutation }) as tf.Tensor,
      };
    }),
  ),
  Unpack: ranks.flatMap((rank) =>
    Array.from({ length: rank }, (_, axis) => ({
      name: `axis ${axis} of rank ${rank}`,
      inputs: [withSpecial(randomShape(createRandom([18, rank]), rank), 'x')],
      run: (x?: tf.Tensor) => tf.unstack(x!, axis),
      ...(axis === 0 && { inJavaScript: oneRun }),
    })),
  ),
};
