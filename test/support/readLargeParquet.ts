/**
 * Reads every clip of a Parquet file of 400 MB in order, in a process of its own: prints what memory that took. The file, ten row
 * groups of forty clips of 1 MB, is made by another process: run with its path after `write`, then after `read`.
 */
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { loadDataset } from '../../src/datasets/index.js';
import { integers, structAudio } from '../datasets/writeParquet.js';
import { encodeWav } from './encodeWav.js';

const GROUPS = 10;
const CLIPS = 40;
const SAMPLES = 500_000;

function write(path: string): void {
  const schema = [{ name: 'root', num_children: 2 }, ...structAudio, ...integers('label')];
  const parquet = new ParquetWriter({ writer: fileWriter(path), schema, codec: 'UNCOMPRESSED', statistics: false });
  const sound = encodeWav(new Float32Array(SAMPLES), 16000);
  for (let group = 0; group < GROUPS; group++) {
    const numbers = Array.from({ length: CLIPS }, (_, clip) => CLIPS * group + clip);
    const clips = numbers.map((number) => {
      const bytes = sound.slice();
      new DataView(bytes.buffer).setUint16(44, number, true);
      return { bytes, path: `${number}.wav` };
    });
    const label = numbers.map((number) => BigInt(number % 2));
    parquet.write({
      columnData: [
        { name: 'audio', data: clips, encoding: 'PLAIN' }, // or the writer would look for clips that occur twice
        { name: 'label', data: label },
      ],
    });
  }
  parquet.finish();
}

async function read(directory: string): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const dataset = await loadDataset(directory);
  let bytes = 0;
  for (let index = 0; index < dataset.length; index++) bytes += (await dataset.bytesOf!(index)).length;
  const { id, waveform } = await dataset.get(dataset.length - 1);
  const memory = (process.resourceUsage().maxRSS - before) * 1024;
  console.log(JSON.stringify({ clips: dataset.length, bytes, id, samples: waveform.samples.length, memory }));
}

const [task, path] = process.argv.slice(2);
if (task === 'write') write(path!);
else await read(path!);
