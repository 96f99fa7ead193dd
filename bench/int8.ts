/**
 * What int8 weights change: the scores of a model with and without them, on every clip of a data set.
 *
 *   npx tsx bench/int8.ts runs/small/model ../shared/data/esc10
 */
import { ASTForAudioClassification, loadDataset, MelSpectrogramExtractor, Trainer, useBackend } from '../src/index.js';

const [directory, data] = process.argv.slice(2);
if (!directory || !data) throw new Error('Usage: npx tsx bench/int8.ts MODEL DATASET');
await useBackend('onnxruntime');
const dataset = await loadDataset(data);

const [exact, rounded] = [await logitsOf({}), await logitsOf({ dtype: 'int8' })] as const;
const best = (row: readonly number[]) => row.indexOf(Math.max(...row));
const agreeing = exact.filter((row, i) => best(row) === best(rounded[i]!)).length;
const changes = exact.flatMap((row, i) => row.map((logit, label) => Math.abs(logit - rounded[i]![label]!)));
const largest = Math.max(...exact.flat().map(Math.abs));
console.log(
  `${agreeing} of ${exact.length} clips have the same best label; logits, up to ${largest.toFixed(1)}, change by ` +
    `${(changes.reduce((sum, change) => sum + change, 0) / changes.length).toFixed(4)} on average and ${Math.max(...changes).toFixed(3)} at most.`,
);

async function logitsOf(options: { dtype?: 'int8' }): Promise<number[][]> {
  const model = await ASTForAudioClassification.fromPretrained(directory!, options);
  const extractor = new MelSpectrogramExtractor(model.extractorConfig);
  const { logits } = await new Trainer({ model, extractor, args: { disableProgress: true } }).predict(dataset);
  model.dispose();
  return logits;
}
