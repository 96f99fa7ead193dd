/**
 * Mel energies of four frames at a time, one frame a lane, in WebAssembly SIMD: JavaScript has no single-precision
 * arithmetic, and takes eight times as long to get the same roundings with Math.fround.
 *
 * Operations of one frame: 2,000 to sum, centre, pre-emphasise and window, 7,600 in the FFT, 770 for the power, 1,000 for
 * 128 mel filters: 11,400. That is 5.7 million for a clip of 5 s, or 1.4 million instructions of four lanes.
 */
import { FFT_LENGTH, powerSpectrum, twiddles } from './fft.js';
import { FRAME_LENGTH, FRAME_SHIFT, hannWindow, type MelFilter } from './kaldiTables.js';
import {
  add,
  type Code,
  compile,
  div,
  gather,
  i32,
  i32Add,
  i32Load,
  load,
  loadSplat,
  loop,
  max,
  mul,
  Scope,
  shiftRight,
  splat,
  store,
  sub,
} from './wasm.js';

/** Frames that one `run` computes. */
export const LANES = 4;
const FLOAT = 4;
const VECTOR = LANES * FLOAT;
const PREEMPHASIS = 0.97;
/** The least energy that has a logarithm: the epsilon of float32. */
const ENERGY_FLOOR = 1.1920929e-7;

export interface MelKernel {
  /** Samples of four overlapping frames, shape [FRAME_LENGTH + 3 * FRAME_SHIFT]. */
  readonly samples: Float32Array;
  /** Mel energies, at least 1.19e-7, shape [filters, LANES]. */
  readonly energies: Float32Array;
  /** Computes `energies` from `samples`. */
  run(): void;
}

/** Compiles the kernel for a filterbank. A kernel has one set of buffers, so it computes one thing at a time. */
export function createMelKernel(filters: readonly MelFilter[]): MelKernel {
  // An empty filter gets one weight of 0, so that every loop runs at least once.
  const weighted = filters.map((filter) => (filter.weights.length > 0 ? filter : { ...filter, weights: [0] }));
  const weightValues = weighted.flatMap((filter) => filter.weights);
  const binRanges = weighted.flatMap(({ firstBin, weights }) => [firstBin, firstBin + weights.length]);
  const windowValues = hannWindow();
  const twiddleValues = twiddles();

  let size = 0;
  const reserve = (bytes: number): number => {
    const start = size;
    size += Math.ceil(bytes / VECTOR) * VECTOR;
    return start;
  };
  const samples = reserve((FRAME_LENGTH + (LANES - 1) * FRAME_SHIFT) * FLOAT);
  const frame = reserve(FFT_LENGTH * VECTOR); // what lies behind FRAME_LENGTH stays 0
  const scratch = reserve(2 * FFT_LENGTH * VECTOR);
  const power = reserve((FFT_LENGTH / 2) * VECTOR);
  const energies = reserve(filters.length * VECTOR);
  const window = reserve(windowValues.length * FLOAT);
  const table = reserve(twiddleValues.length * FLOAT);
  const weights = reserve(weightValues.length * FLOAT);
  const ranges = reserve(binRanges.length * FLOAT);

  const scope = new Scope();
  const mean = scope.vector();
  const body = [
    gatherFrames(scope, samples, frame, mean.set),
    windowFrames(scope, frame, window, mean.get),
    powerSpectrum(scope, { frame, scratch, power, table }),
    filterbank(scope, filters.length, { power, ranges, weights, energies }),
  ];
  const { memory, run } = compile(body, scope, size);
  new Float32Array(memory, window).set(windowValues);
  new Float32Array(memory, table).set(twiddleValues);
  new Float32Array(memory, weights).set(weightValues);
  new Int32Array(memory, ranges).set(binRanges.map((bin) => bin * VECTOR));
  return {
    samples: new Float32Array(memory, samples, FRAME_LENGTH + (LANES - 1) * FRAME_SHIFT),
    energies: new Float32Array(memory, energies, filters.length * LANES),
    run,
  };
}

/** Transposes the samples to `frame`, [FRAME_LENGTH, LANES], and hands their mean in each lane to `setMean`. */
function gatherFrames(scope: Scope, samples: number, frame: number, setMean: (mean: Code) => Code): Code {
  const [at, residue] = [scope.integer(), scope.integer()];
  const total = scope.vector();
  // PyTorch sums with 4 accumulators of 8 lanes each; what does not fill 32 goes to the first accumulator.
  const partial = [scope.vector(), scope.vector(), scope.vector(), scope.vector()] as const;
  const accumulators = partial.length;
  const stride = 8 * VECTOR;
  const rounds = Math.floor(FRAME_LENGTH / 32);
  const sample = (index: Code, n: number) => load(index, frame + n * stride);
  const rest = Array.from({ length: (FRAME_LENGTH % 32) / 8 }, (_, n) => accumulators * rounds + n);
  return [
    loop(at, i32(0), i32(FRAME_LENGTH * VECTOR), VECTOR, [
      store(at.get, frame, gather(shiftRight(at.get, 2), samples, FRAME_SHIFT * FLOAT)),
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
  const at = scope.integer();
  const [before, centred] = [scope.vector(), scope.vector()];
  const emphasised = sub(centred.get, mul(splat(PREEMPHASIS), before.get));
  return [
    before.set(sub(load(i32(0), frame), mean)),
    loop(at, i32(0), i32(FRAME_LENGTH * VECTOR), VECTOR, [
      centred.set(sub(load(at.get, frame), mean)),
      store(at.get, frame, mul(emphasised, loadSplat(shiftRight(at.get, 2), window))),
      before.set(centred.get),
    ]),
  ].flat();
}

/** Weighted sums of the power in the bins of each filter, kept above ENERGY_FLOOR. */
function filterbank(
  scope: Scope,
  filters: number,
  { power, ranges, weights, energies }: { power: number; ranges: number; weights: number; energies: number },
): Code {
  const [filter, bin, weight] = [scope.integer(), scope.integer(), scope.integer()];
  const energy = scope.vector();
  const range = (part: 0 | 1) => i32Load(shiftRight(filter.get, 1), ranges + part * FLOAT);
  return [
    weight.set(i32(0)),
    loop(filter, i32(0), i32(filters * VECTOR), VECTOR, [
      energy.set(splat(0)),
      loop(bin, range(0), range(1), VECTOR, [
        energy.set(add(energy.get, mul(load(bin.get, power), loadSplat(weight.get, weights)))),
        weight.set(i32Add(weight.get, i32(FLOAT))),
      ]),
      store(filter.get, energies, max(energy.get, splat(ENERGY_FLOOR))),
    ]),
  ].flat();
}
