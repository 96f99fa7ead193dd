import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';
import { subset } from './subset.js';

/** One part of a split instruction, such as `train[:10%]`. */
export interface SplitSlice {
  /** The name of the split. */
  readonly split: string;
  /** The part as it was written, without the name: `[:10%]`, or nothing. */
  readonly slice: string;
  /** First clip, or per cent of the clips; from the end where negative. Default: from the first. */
  readonly from: number | undefined;
  /** The clip, or per cent, before which it ends. Default: to the last. */
  readonly to: number | undefined;
  readonly unit: '%' | 'clips';
}

const instruction =
  /^(?<split>[^[\]]+?)\s*(?<slice>\[\s*(?:(?<from>-?\d+)(?<fromPercent>%)?)?\s*:\s*(?:(?<to>-?\d+)(?<toPercent>%)?)?\s*\])?$/;

/**
 * Takes apart what Hugging Face's `datasets` calls split slicing: `train`, `train[:10%]`, `train[10:20]`, `train[-100:]`,
 * `train[:80%]+validation`.
 *
 * @throws DatasetError that shows what is allowed.
 */
export function parseSplit(text: string): SplitSlice[] {
  return text.split('+').map((part) => {
    const { split, slice = '', from, fromPercent, to, toPercent } = instruction.exec(part.trim())?.groups ?? {};
    const mixesUnits = from !== undefined && to !== undefined && fromPercent !== toPercent;
    const unit = (fromPercent ?? toPercent) ? '%' : 'clips';
    const isBeyond = (bound: string | undefined) => unit === '%' && Math.abs(Number(bound ?? 0)) > 100;
    if (split === undefined || mixesUnits || isBeyond(from) || isBeyond(to))
      throw new DatasetError(
        `The split '${text}' cannot be understood${part === text ? '' : ` at '${part.trim()}'`}: expected the name of a ` +
          "split, or a part of it by clips or by whole per cent (-100 to 100): 'train', 'train[:10%]', 'train[80%:]', " +
          "'train[10:20]', 'train[-100:]', or several with +: 'train+test'.",
      );
    const toNumber = (bound: string | undefined) => (bound === undefined ? undefined : Number(bound));
    return { split, slice, from: toNumber(from), to: toNumber(to), unit };
  });
}

/**
 * The clips of a slice. Per cent are rounded to the nearest clip, halves to even; bounds beyond the data set's are cut, as
 * in Hugging Face's `datasets`.
 *
 * @throws DatasetError when it holds no clip.
 */
export function sliceDataset(dataset: AudioDataset, { slice, from, to, unit }: SplitSlice): AudioDataset {
  if (slice === '') return dataset;
  const { name, length } = dataset;
  const toIndex = (bound: number): number => {
    const clips = unit === '%' ? roundHalfToEven((bound * length) / 100) : bound;
    return Math.min(Math.max(clips < 0 ? length + clips : clips, 0), length);
  };
  const start = toIndex(from ?? 0);
  const end = to === undefined ? length : toIndex(to);
  if (start >= end) throw new DatasetError(`${name}${slice} holds no clip: ${name} has ${length}.`);
  const indices = Array.from({ length: end - start }, (_, index) => start + index);
  return subset(dataset, indices, { name: `${name}${slice}` });
}

/** As Python's `round`. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(value);
}
