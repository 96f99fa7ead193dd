/** The programs that are printed in README.md and docs, and what they need to run offline as they are. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The ```ts blocks of a document, each with the name of the file it goes to. */
export const programsOf = (document) =>
  [...readFileSync(document, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, source], i) => ({
    file: `${basename(document, '.md').toLowerCase()}-${i + 1}.mts`,
    source,
  }));

/** Sounds, data sets and a small checkpoint by the names in the documents: a directory here wins over the Hub's of that name. */
export function writeFixtures(directory) {
  const write = (path, content) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  write('dog.wav', tone(440));
  write('night.wav', tone(440, 44100));
  const esc50Names = ['confit/esc50-demo', 'ESC-50'];
  const classes = ['rooster', 'rain'];
  const folds = [1, 2, 3];
  const table = ['filename,fold,target,category'];
  for (const [target, category] of classes.entries())
    for (const fold of folds) {
      const sound = tone(300 * (1 + target) + fold);
      table.push(`${fold}-${target}.wav,${fold},${target},${category}`);
      for (const name of esc50Names) write(`${name}/audio/${fold}-${target}.wav`, sound);
      write(`sounds/${fold === 1 ? 'test' : 'train'}/${category}/${fold}.wav`, sound);
    }
  for (const name of esc50Names) write(`${name}/meta/esc50.csv`, table.join('\n'));
  write('make-checkpoint.mjs', makeCheckpoint);
}

const makeCheckpoint = `
import { ASTForAudioClassification, astPresets, useBackend } from 'ast-ts';

await useBackend('auto');
const model = ASTForAudioClassification.fromConfig(astPresets.tiny, { labels: ['Bark', 'Rain', 'Wind'], seed: 1 });
await model.savePretrained('MIT/ast-finetuned-audioset-10-10-0.4593');
`;

/** A second of a tone, as a WAV file of 16-bit samples. */
function tone(hertz, sampleRate = 16000) {
  const bytes = Buffer.alloc(44 + 2 * sampleRate);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // channels
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * sampleRate, 40);
  for (let i = 0; i < sampleRate; i++)
    bytes.writeInt16LE(Math.round(16000 * Math.sin((2 * Math.PI * hertz * i) / sampleRate)), 44 + 2 * i);
  return bytes;
}
