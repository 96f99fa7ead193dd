/**
 * Mel energies of four frames at a time, one frame a lane, in WebAssembly SIMD: JavaScript has no single-precision
 * arithmetic, and takes eight times as long to get the same roundings with Math.fround.
 *
 * Operations of one frame: 2,000 to sum, centre, pre-emphasise and window, 7,600 in the FFT, 770 for the power, 1,000 for
 * 128 mel filters, 3,500 for their logarithms: 14,900. That is 7.4 million for a clip of 5 s, or 1.9 million instructions of
 * four lanes.
 */
import { FFT_LENGTH, powerSpectrum, twiddles } from './fft.js';
import { FRAME_LENGTH, FRAME_SHIFT, hannWindow, type MelFilter } from './kaldiTables.js';
import { logarithm } from './logarithm.js';
import {
  add,
  type Code,
  compile,
  div,
  i32,
  i32Add,
  i32Load,
  load,
  loadSplat,
  loop,
  max,
  mul,
  Scope,
  shiftLeft,
  shiftRight,
  shuffle,
  splat,
  store,
  sub,
} from './wasm.js';

const LANES = 4;
/** The most frames that one `run` computes: their samples and features stay in the cache. */
export const FRAMES_A_RUN = 128;
const FLOAT = 4;
const VECTOR = LANES * FLOAT;
const PREEMPHASIS = 0.97;
/** The least energy that has a logarithm: the epsilon of float32. */
const ENERGY_FLOOR = 1.1920929e-7;

export interface MelKernel {
  /** Samples of overlapping frames, shape [FRAME_LENGTH + (FRAMES_A_RUN - 1) * FRAME_SHIFT]. */
  readonly samples: Float32Array;
  /** (log mel energy - offset) / divisor, shape [FRAMES_A_RUN, columns]; the energies are at least 1.19e-7. */
  readonly features: Float32Array;
  /** The number of filters, rounded up to a multiple of 4. */
  readonly columns: number;
  /** Computes the first `frames` rows of `features` from `samples`. */
  run(frames: number): void;
}

/**
 * Compiles the kernel for a filterbank. A kernel has one set of buffers, so it computes one thing at a time.
 *
 * @param normalisation subtracted from a logarithm, and what the rest is divided by, in single precision as in transformers
 */
export function createMelKernel(
  filters: readonly MelFilter[],
  { offset, divisor }: { offset: number; divisor: number },
): MelKernel {
  // An empty filter gets one weight of 0, so that each has a sum; rows are written four features at a time.
  const columns = Math.ceil(filters.length / LANES) * LANES;
  const weighted = Array.from({ length: columns }, (_, i) =>
    filters[i] && filters[i].weights.length > 0 ? filters[i] : { firstBin: 0, weights: [0] },
  );
  const weightValues = weighted.flatMap((filter) => filter.weights);
  const windowValues = hannWindow();
  const twiddleValues = twiddles();

  let size = 0;
  const reserve = (bytes: number): number => {
    const start = size;
    size += Math.ceil(bytes / VECTOR) * VECTOR;
    return start;
  };
  const sampleCount = FRAME_LENGTH + (FRAMES_A_RUN - 1) * FRAME_SHIFT;
  const samples = reserve(sampleCount * FLOAT);
  const frame = reserve(FFT_LENGTH * VECTOR); // what lies behind FRAME_LENGTH stays 0
  const scratch = reserve(2 * FFT_LENGTH * VECTOR);
  const power = reserve((FFT_LENGTH / 2) * VECTOR);
  const logEnergies = reserve(columns * VECTOR);
  const features = reserve(FRAMES_A_RUN * columns * FLOAT);
  const window = reserve(windowValues.length * FLOAT);
  const table = reserve(twiddleValues.length * FLOAT);
  const weights = reserve(weightValues.length * FLOAT);
  const sourceEnd = reserve(FLOAT); // bytes of `samples` at which a frame may start

  const scope = new Scope();
  const mean = scope.vector();
  const [source, target] = [scope.integer(), scope.integer()];
  const fourFrames = [
    gatherFrames(scope, samples, source.get, frame, mean.set),
    windowFrames(scope, frame, window, mean.get),
    powerSpectrum(scope, { frame, scratch, power, table }),
    filterbank(scope, weighted, { power, weights, logEnergies }),
    logarithms(scope, columns, logEnergies),
    normalise(scope, columns, { logEnergies, features, target: target.get, offset, divisor }),
    target.set(i32Add(target.get, i32(LANES * columns * FLOAT))),
  ];
  const body = [
    target.set(i32(0)),
    loop(source, i32(0), i32Load(i32(0), sourceEnd), LANES * FRAME_SHIFT * FLOAT, fourFrames),
  ];
  const { memory, run } = compile(body, scope, size);
  new Float32Array(memory, window).set(windowValues);
  new Float32Array(memory, table).set(twiddleValues);
  new Float32Array(memory, weights).set(weightValues);
  const end = new Int32Array(memory, sourceEnd, 1);
  return {
    samples: new Float32Array(memory, samples, sampleCount),
    features: new Float32Array(memory, features, FRAMES_A_RUN * columns),
    columns,
    run(frames) {
      end[0] = frames * FRAME_SHIFT * FLOAT;
      run();
    },
  };
}

/** Transposes the samples from byte `source` on to `frame`, [FRAME_LENGTH, LANES], and hands the mean of each lane to `setMean`. */
function gatherFrames(scope: Scope, samples: number, source: Code, frame: number, setMean: (mean: Code) => Code): Code {
  const [at, from, to, residue] = [scope.integer(), scope.integer(), scope.integer(), scope.integer()];
  const four = fourVectors(scope);
  const total = scope.vector();
  // PyTorch sums with 4 accumulators of 8 lanes each; what does not fill 32 goes to the first accumulator.
  const partial = [scope.vector(), scope.vector(), scope.vector(), scope.vector()] as const;
  const accumulators = partial.length;
  const stride = 8 * VECTOR;
  const rounds = Math.floor(FRAME_LENGTH / 32);
  const sample = (index: Code, n: number) => load(index, frame + n * stride);
  const rest = Array.from({ length: (FRAME_LENGTH % 32) / 8 }, (_, n) => accumulators * rounds + n);
  return [
    loop(at, i32(0), i32(FRAME_LENGTH * FLOAT), VECTOR, [
      from.set(i32Add(at.get, source)),
      to.set(shiftLeft(at.get, 2)),
      ...four.map((samplesOfFrame, lane) => samplesOfFrame.set(load(from.get, samples + lane * FRAME_SHIFT * FLOAT))),
      ...transposed(four).map((sampleOfFrames, i) => store(to.get, frame + i * VECTOR, sampleOfFrames)),
    ]),
    total.set(splat(0)),
    loop(residue, i32(0), i32(stride), VECTOR, [
      ...partial.map((sum, n) => sum.set(sample(residue.get, n))),
      loop(
        at,
        i32Add(residue.get, i32(accumulators * stride)),
        i32(rounds * accumulators * stride),
        accumulators * stride,
        [...partial.map((sum, n) => sum.set(add(sum.get, sample(at.get, n))))],
      ),
      ...rest.map((n) => partial[0].set(add(partial[0].get, sample(residue.get, n)))),
      total.set(add(total.get, partial.map((sum) => sum.get).reduce(add))),
    ]),
    setMean(div(total.get, splat(FRAME_LENGTH))),
  ].flat();
}

/** In place: subtracts the mean, then 0.97 x the sample before (the first has itself before it), applies the window. */
function windowFrames(scope: Scope, frame: number, window: number, mean: Code): Code {
  const [at, quarter] = [scope.integer(), scope.integer()];
  const [before, centred] = [scope.vector(), scope.vector()];
  const emphasised = sub(centred.get, mul(splat(PREEMPHASIS), before.get));
  const sample = (i: number) => [
    centred.set(sub(load(at.get, frame + i * VECTOR), mean)),
    store(at.get, frame + i * VECTOR, mul(emphasised, loadSplat(quarter.get, window + i * FLOAT))),
    before.set(centred.get),
  ];
  return [
    before.set(sub(load(i32(0), frame), mean)),
    loop(at, i32(0), i32(FRAME_LENGTH * VECTOR), 4 * VECTOR, [
      quarter.set(shiftRight(at.get, 2)),
      ...[0, 1, 2, 3].flatMap(sample),
    ]),
  ].flat();
}

/**
 * Weighted sums of the power in the bins of each filter, kept above ENERGY_FLOOR. Written out filter by filter: they
 * have four bins on average, and counting to four costs more than the sums.
 */
function filterbank(
  scope: Scope,
  filters: readonly MelFilter[],
  { power, weights, logEnergies }: { power: number; weights: number; logEnergies: number },
): Code {
  const start = i32(0);
  const energy = scope.vector();
  let weight = weights;
  return filters.flatMap((filter, i) => {
    const products = filter.weights.map((_, n) =>
      mul(load(start, power + (filter.firstBin + n) * VECTOR), loadSplat(start, weight + n * FLOAT)),
    );
    weight += filter.weights.length * FLOAT;
    return [
      ...energy.set(max(products.reduce(add), splat(ENERGY_FLOOR))),
      ...store(start, logEnergies + i * VECTOR, energy.get),
    ];
  });
}

/** The logarithms of [columns, LANES], in place. */
function logarithms(scope: Scope, columns: number, energies: number): Code {
  const at = scope.integer();
  return loop(at, i32(0), i32(columns * VECTOR), VECTOR, [
    store(at.get, energies, logarithm(scope, load(at.get, energies))),
  ]);
}

const fourVectors = (scope: Scope) => [scope.vector(), scope.vector(), scope.vector(), scope.vector()] as const;

/** The columns of four rows of four. */
function transposed(rows: ReturnType<typeof fourVectors>): Code[] {
  const [a, b, c, d] = rows.map(({ get }) => get) as [Code, Code, Code, Code];
  const [first, second] = [shuffle(a, b, [0, 4, 1, 5]), shuffle(c, d, [0, 4, 1, 5])];
  const [third, fourth] = [shuffle(a, b, [2, 6, 3, 7]), shuffle(c, d, [2, 6, 3, 7])];
  return [
    shuffle(first, second, [0, 1, 4, 5]),
    shuffle(first, second, [2, 3, 6, 7]),
    shuffle(third, fourth, [0, 1, 4, 5]),
    shuffle(third, fourth, [2, 3, 6, 7]),
  ];
}

/** Normalises [columns, LANES] and transposes it to [LANES, columns], from byte `target` of the features on. */
function normalise(
  scope: Scope,
  columns: number,
  {
    logEnergies,
    features,
    target,
    offset,
    divisor,
  }: { logEnergies: number; features: number; target: Code; offset: number; divisor: number },
): Code {
  const at = scope.integer();
  const four = fourVectors(scope);
  return loop(at, i32(0), i32(columns * VECTOR), LANES * VECTOR, [
    ...four.map((column, i) =>
      column.set(div(sub(load(at.get, logEnergies + i * VECTOR), splat(offset)), splat(divisor))),
    ),
    ...transposed(four).map((row, lane) =>
      store(i32Add(shiftRight(at.get, 2), target), features + lane * columns * FLOAT, row),
    ),
  ]);
}
