import { DatasetError } from '../errors.js';
import { createRandom } from '../random.js';
import type { AudioDataset } from './dataset.js';
import { type GroupBy, listed, type RecordingGroup, recordingGroups } from './recordingGroups.js';
import { subset } from './subset.js';

/** Settings of {@link trainTestSplit}. */
export interface TrainTestSplitOptions {
  /** How much is for testing: a share in (0, 1), rounded up to whole clips, or a number of clips from 1. Default 0.25. */
  readonly testSize?: number;
  /** Whether both parts have the classes in the same proportions. Default false. */
  readonly stratify?: boolean;
  /** What stays on one side. Default: the clips of one source recording, where sources are known. */
  readonly groupBy?: GroupBy;
  /** A safe integer. Default 42. */
  readonly seed?: number;
}

/** What {@link trainTestSplit} gives. */
export interface TrainTestSplit {
  readonly train: AudioDataset;
  readonly test: AudioDataset;
}

/**
 * Divides a data set at random into one part to train and one to test, with the words of `train_test_split` in Hugging Face's
 * `datasets` and in scikit-learn. No recording is on both sides: clips of one source stay together, and so do clips
 * of one id. Both parts keep the order of the whole and read its sounds; nothing is copied.
 *
 * Recordings are drawn in random order, and each goes to the test part if that brings the number of clips (with `stratify`
 * the numbers of clips of the classes) nearer to what was asked. Where each clip is a recording of its own these are exact,
 * else near: a class of recordings of three clips, of which eight clips are asked, gives nine.
 *
 * @throws DatasetError when a part would be without clips or, with `stratify`, without a class that the other has; when
 * `testSize` is out of range; or when `groupBy` does not fit: see {@link GroupBy}.
 *
 * @example
 * ```ts
 * const { train, test } = trainTestSplit(await loadDataset('./sounds'), { testSize: 0.2, stratify: true, seed: 1 });
 * ```
 */
export function trainTestSplit(
  dataset: AudioDataset,
  { testSize = 0.25, stratify = false, groupBy, seed = 42 }: TrainTestSplitOptions = {},
): TrainTestSplit {
  const { name, length } = dataset;
  const wanted = testClips(dataset, testSize);
  const groups = createRandom([seed, 'trainTestSplit']).shuffle(recordingGroups(dataset, groupBy));
  const countsOf = ({ clips, counts }: RecordingGroup) => (stratify ? counts : [clips.length]);
  const totals = sumColumns(groups.map(countsOf));
  const tested = takeGroups(groups, countsOf, apportion(totals, wanted));
  const isTested = new Set(tested.flatMap(({ clips }) => clips));
  const indices = [...Array(length).keys()];
  const test = indices.filter((index) => isTested.has(index));
  const train = indices.filter((index) => !isTested.has(index));
  if (test.length === 0 || train.length === 0)
    throw new DatasetError(
      `${name} cannot be divided so: testSize ${testSize} asks for ${wanted} of ${length} clips, which come of ` +
        `${groups.length} recordings of ${Math.min(...groups.map(({ clips }) => clips.length))} clips or more.`,
    );
  if (stratify) refuseMissingClasses(dataset, train, test);
  const part = (what: string, clips: readonly number[]) =>
    subset(dataset, clips, { name: `${name} (${what}: ${clips.length} of ${length} recordings)` });
  return { train: part('train', train), test: part('test', test) };
}

function testClips({ name, length }: AudioDataset, testSize: number): number {
  const isShare = testSize > 0 && testSize < 1;
  if (isShare || (Number.isSafeInteger(testSize) && testSize >= 1 && testSize < length))
    return isShare ? Math.ceil(testSize * length) : testSize;
  throw new DatasetError(
    `testSize: expected a share in (0, 1), or a number of clips from 1 to ${length - 1} of ${name}; got ${testSize}.`,
  );
}

/** Whole numbers in proportion to `totals` that add up to `wanted`: what rounding down leaves goes to the largest remainders. */
function apportion(totals: readonly number[], wanted: number): number[] {
  const share = wanted / totals.reduce((sum, total) => sum + total, 0);
  const parts = totals.map((total) => Math.floor(total * share));
  const rest = wanted - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = [...totals.keys()].sort(
    (a, b) => totals[b]! * share - parts[b]! - (totals[a]! * share - parts[a]!),
  );
  for (const column of byRemainder.slice(0, rest)) parts[column]!++;
  return parts;
}

/** Groups, in order, each of which brings the sums of counts nearer to the targets. */
function takeGroups(
  groups: readonly RecordingGroup[],
  countsOf: (group: RecordingGroup) => readonly number[],
  targets: readonly number[],
): RecordingGroup[] {
  const lacking = [...targets];
  return groups.filter((group) => {
    const counts = countsOf(group);
    const gain = lacking.reduce((sum, lack, column) => sum + Math.abs(lack) - Math.abs(lack - counts[column]!), 0);
    if (gain <= 0) return false;
    for (const [column, count] of counts.entries()) lacking[column]! -= count;
    return true;
  });
}

const sumColumns = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0));

function refuseMissingClasses(dataset: AudioDataset, train: readonly number[], test: readonly number[]): void {
  const classesOf = (clips: readonly number[]) => new Set(clips.map((index) => dataset.labelOf(index)));
  const [trained, tested] = [classesOf(train), classesOf(test)];
  const missing = dataset.labels.filter((_, label) => trained.has(label) !== tested.has(label));
  if (missing.length > 0)
    throw new DatasetError(
      `stratify: one part of ${dataset.name} would be without ${listed(missing)}, which has too few recordings for this ` +
        'testSize. Choose another testSize, add recordings, or leave such classes out with filterDataset.',
    );
}
