/**
 * The power spectrum of 512 real samples as WebAssembly (see wasm.ts), four transforms at a time, one a lane.
 *
 * The real FFT of FFTPACK (Swarztrauber 1982), with the radices and the order of operations that PyTorch's CPU build has
 * from pocketfft, so that rounding errors are the same (kaldiTables.ts says why that matters). Spectra of real samples are
 * kept as Re 0, Re 1, Im 1, Re 2, Im 2, …, Re length/2.
 */
import {
  add,
  type Code,
  i32,
  i32Add,
  i32Sub,
  load,
  loadSplat,
  loop,
  mul,
  type Scope,
  shiftLeft,
  shiftRight,
  splat,
  store,
  sub,
} from './wasm.js';

const FLOAT = 4;
const VECTOR = 16;
export const FFT_LENGTH = 512;
/** Lengths of the transforms that the radix-4 passes take in; a radix-2 pass makes 512 of the last two. */
const RADIX_4_LENGTHS = [1, 4, 16, 64];

/** How many twiddles (cos, sin) a pass needs for each of its inputs but the first. */
const twiddleCount = (length: number): number => Math.max(length / 2 - 1, 0);

/** cos and sin of 2 pi j i / (radix length) for i = 1, 2, …: [radix - 1, twiddleCount, 2]. */
const twiddlesOfPass = (radix: number, length: number): number[] =>
  Array.from({ length: radix - 1 }, (_, j) =>
    Array.from({ length: twiddleCount(length) }, (_, i) => {
      const angle = (2 * Math.PI * (j + 1) * (i + 1)) / (radix * length);
      return [Math.cos(angle), Math.sin(angle)];
    }),
  ).flat(2);

/** The twiddles of all passes, one after the other. */
export const twiddles = (): Float32Array =>
  Float32Array.from([
    ...RADIX_4_LENGTHS.flatMap((length) => twiddlesOfPass(4, length)),
    ...twiddlesOfPass(2, FFT_LENGTH / 2),
  ]);

/** The product of element (re, im) and the conjugate of the twiddle at `table`, into the locals `re` and `im`. */
function rotate(scope: Scope, twiddle: Code, table: number, xr: Code, xi: Code) {
  const [re, im] = [scope.vector(), scope.vector()];
  const cosine = loadSplat(twiddle, table);
  const sine = loadSplat(twiddle, table + FLOAT);
  const setRe = re.set(add(mul(cosine, xr), mul(sine, xi)));
  const setIm = im.set(sub(mul(cosine, xi), mul(sine, xr)));
  return { re: re.get, im: im.get, code: [...setRe, ...setIm] };
}

type Rotated = ReturnType<typeof rotate>;

/** Four spectra of `length` each, [4, groups, length] at `x`, become one of 4 `length`: [groups, 4, length] at `y`. */
function radix4(scope: Scope, length: number, x: number, y: number, table: number): Code {
  const row = length * VECTOR;
  const last = row - VECTOR;
  const inputs = (FFT_LENGTH / 4) * VECTOR; // from one input to the next
  const [at, out] = [scope.integer(), scope.integer()];
  const [s, t] = [scope.vector(), scope.vector()];
  const input = (j: number, offset: number) => load(at.get, x + j * inputs + offset);
  const output = (offset: number, value: Code) => store(out.get, y + offset, value);
  const ends = [
    s.set(add(input(3, 0), input(1, 0))),
    t.set(add(input(0, 0), input(2, 0))),
    output(0, add(t.get, s.get)),
    output(row + last, sub(input(0, 0), input(2, 0))),
    output(2 * row, sub(input(3, 0), input(1, 0))),
    output(3 * row + last, sub(t.get, s.get)),
  ];
  const group = length === 1 ? ends : [...ends, ...highest(), inner()];
  return loop(at, i32(0), i32(inputs), row, [out.set(shiftLeft(at.get, 2)), ...group]);

  /** The element at half the sampling rate, which is real. */
  function highest(): Code[] {
    return [
      s.set(mul(splat(-Math.SQRT1_2), add(input(1, last), input(3, last)))),
      t.set(mul(splat(Math.SQRT1_2), sub(input(1, last), input(3, last)))),
      output(last, add(input(0, last), t.get)),
      output(2 * row + last, sub(input(0, last), t.get)),
      output(3 * row, add(s.get, input(2, last))),
      output(row, sub(s.get, input(2, last))),
    ];
  }

  /** The complex elements between: element n of each input gives two elements from the front and two from the back. */
  function inner(): Code {
    const [n, from, front, back] = [scope.integer(), scope.integer(), scope.integer(), scope.integer()];
    const element = (j: number, part: 0 | 1) => load(from.get, x + j * inputs + (1 + part) * VECTOR);
    const [x1, x2, x3] = [1, 2, 3].map((j) => {
      const part = table + (j - 1) * twiddleCount(length) * 2 * FLOAT;
      return rotate(scope, shiftRight(n.get, 2), part, element(j, 0), element(j, 1));
    }) as [Rotated, Rotated, Rotated];
    const fourVectors = () => [scope.vector(), scope.vector(), scope.vector(), scope.vector()] as const;
    const [sumRe, differenceRe, sumIm, differenceIm] = fourVectors();
    const [evenRe, oddRe, evenIm, oddIm] = fourVectors();
    const toFront = (rowIndex: number, part: 0 | 1, value: Code) =>
      store(front.get, y + rowIndex * row + (1 + part) * VECTOR, value);
    const toBack = (rowIndex: number, part: 0 | 1, value: Code) =>
      store(back.get, y + rowIndex * row + part * VECTOR, value);
    return loop(n, i32(0), i32(row - 2 * VECTOR), 2 * VECTOR, [
      from.set(i32Add(at.get, n.get)),
      front.set(i32Add(out.get, n.get)),
      back.set(i32Sub(i32Add(out.get, i32(row - 3 * VECTOR)), n.get)),
      ...[x1, x2, x3].map(({ code }) => code),
      sumRe.set(add(x3.re, x1.re)),
      differenceRe.set(sub(x3.re, x1.re)),
      sumIm.set(add(x1.im, x3.im)),
      differenceIm.set(sub(x1.im, x3.im)),
      evenRe.set(add(element(0, 0), x2.re)),
      oddRe.set(sub(element(0, 0), x2.re)),
      evenIm.set(add(element(0, 1), x2.im)),
      oddIm.set(sub(element(0, 1), x2.im)),
      toFront(0, 0, add(evenRe.get, sumRe.get)),
      toBack(3, 0, sub(evenRe.get, sumRe.get)),
      toFront(0, 1, add(sumIm.get, evenIm.get)),
      toBack(3, 1, sub(sumIm.get, evenIm.get)),
      toFront(2, 0, add(oddRe.get, differenceIm.get)),
      toBack(1, 0, sub(oddRe.get, differenceIm.get)),
      toFront(2, 1, add(differenceRe.get, oddIm.get)),
      toBack(1, 1, sub(differenceRe.get, oddIm.get)),
    ]);
  }
}

/** The last pass, radix 2, with the squared magnitudes of bins 0 to 255 in place of the spectrum. */
function radix2Power(scope: Scope, x: number, power: number, table: number): Code {
  const half = FFT_LENGTH / 2;
  const [n, bin] = [scope.integer(), scope.integer()];
  const [re, im] = [scope.vector(), scope.vector()];
  const square = (a: Code) => mul(a, a);
  const constant = (index: number) => load(i32(0), x + index * VECTOR);
  const magnitude = add(square(re.get), square(im.get));
  const even = [load(n.get, x + VECTOR), load(n.get, x + 2 * VECTOR)] as const;
  const odd = rotate(
    scope,
    shiftRight(n.get, 2),
    table,
    load(n.get, x + (half + 1) * VECTOR),
    load(n.get, x + (half + 2) * VECTOR),
  );
  return [
    re.set(add(constant(0), constant(half))),
    store(i32(0), power, square(re.get)),
    re.set(constant(half - 1)),
    im.set(constant(FFT_LENGTH - 1)),
    store(i32(0), power + (half / 2) * VECTOR, magnitude),
    loop(n, i32(0), i32((half - 2) * VECTOR), 2 * VECTOR, [
      bin.set(shiftRight(n.get, 1)),
      odd.code,
      re.set(add(even[0], odd.re)),
      im.set(add(odd.im, even[1])),
      store(bin.get, power + VECTOR, magnitude),
      re.set(sub(even[0], odd.re)),
      im.set(sub(odd.im, even[1])),
      store(i32Sub(i32((half - 1) * VECTOR), bin.get), power, magnitude),
    ]),
  ].flat();
}

/**
 * Code that turns four interleaved frames of 512 samples at `frame` into their power spectra at `power`,
 * [256, 4]: bins 0 to 255 (Kaldi's mel filters give no weight to bin 256). `scratch` holds two more frames.
 */
export function powerSpectrum(
  scope: Scope,
  { frame, scratch, power, table }: { frame: number; scratch: number; power: number; table: number },
): Code {
  const buffers = [scratch, scratch + FFT_LENGTH * VECTOR] as const;
  let [from, at] = [frame, table];
  const passes = RADIX_4_LENGTHS.map((length, pass) => {
    const to = buffers[pass % 2]!;
    const code = radix4(scope, length, from, to, at);
    from = to;
    at += 3 * twiddleCount(length) * 2 * FLOAT;
    return code;
  });
  return [...passes.flat(), ...radix2Power(scope, from, power, at)];
}
