/**
 * Packs the library, installs the tarball in an empty project, and uses it there as its users do: in ESM and CommonJS,
 * by every subpath, with types, on every Node version given; and runs what README.md and the guides in docs tell them to. Run
 * `npm run build` first.
 *
 *   npm run test:package                 on this Node
 *   npm run test:package -- 22 24        and on these versions, through npx
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { checkBrowser } from './check-browser.mjs';
import { programsOf, writeFixtures } from './documents.mjs';

const root = join(import.meta.dirname, '..');
const project = mkdtempSync(join(tmpdir(), 'ast-ts-package-'));
const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const program = (bring) => `
${bring}
const sampleRate = 16000;
const waveform = { samples: Float32Array.from({ length: sampleRate }, (_, i) => Math.sin(i / 5)), sampleRate };
async function main() {
  const backend = await useBackend('auto');
  const model = ASTForAudioClassification.fromConfig({ ...astPresets.tiny, maxLength: 128 }, { labels: ['a', 'b'], seed: 1 });
  const scores = await new AudioClassifier(model).classify(waveform);
  const dataset = inMemoryDataset([{ label: 'a', waveform }, { label: 'b', waveform }], ['a', 'b']);
  const extractor = new MelSpectrogramExtractor({ maxLength: 128 });
  const { globalStep } = await new Trainer({ model, extractor, trainDataset: dataset, augment: spectrogramMasking() }).train();
  const report = String(classificationReport([0, 1], [0, 1]));
  if (scores.length !== 2 || globalStep !== 2 || !report.includes('accuracy')) throw new Error('unexpected results');
  const sounds = await cacheFeatures(await loadDataset('sounds', { split: 'train' }), extractor, { directory: 'features', workers: 1 });
  if (!sounds.features) throw new Error('no features from a worker thread');
  await model.savePretrained('saved');
  const again = await ASTForAudioClassification.fromPretrained('saved');
  const network = sequential({ layers: [layers.flatten({ inputShape: [128, 128] }), layers.dense({ units: 2, activation: 'softmax' })] });
  const layersModel = fromLayersModel(network, { labels: dataset.labels });
  await new Trainer({ model: layersModel, extractor, trainDataset: dataset }).train();
  await layersModel.savePretrained('saved-layers');
  if ((await layersModelFromPretrained('saved-layers')).labels.length !== 2) throw new Error('unexpected labels');
  let message = '';
  try { await decodeAudio(new Uint8Array(4)); } catch (error) { message = error instanceof AudioDecodeError ? error.name : String(error); }
  if (message !== 'AudioDecodeError') throw new Error('decodeAudio threw ' + message);
  console.log(backend, again.labels.join(), globalStep);
}
main().catch((error) => { console.error(error); process.exitCode = 1; });
`;
const byPart = {
  'ast-ts': ['useBackend', 'AudioDecodeError'],
  'ast-ts/ast': ['ASTForAudioClassification', 'astPresets', 'AudioClassifier'],
  'ast-ts/augment': ['spectrogramMasking'],
  'ast-ts/audio': ['MelSpectrogramExtractor', 'decodeAudio'],
  'ast-ts/datasets': ['cacheFeatures', 'inMemoryDataset', 'loadDataset'],
  'ast-ts/train': ['Trainer'],
  'ast-ts/layers': ['fromLayersModel', 'layersModelFromPretrained'],
  '@tensorflow/tfjs-layers': ['layers', 'sequential'],
  'ast-ts/metrics': ['classificationReport'],
};
const lines = (form) =>
  Object.entries(byPart)
    .map(([name, names]) => form(`{ ${names.join(', ')} }`, name))
    .join('\n');

let passed = 0;
let failed = 0;
function report(name, error, said) {
  if (error === undefined) passed++;
  else failed++;
  if (error === undefined) console.log(`ok   ${name}${said ? ` (${said})` : ''}`);
  else console.log(`FAIL ${name}\n${error.stdout ?? ''}${error.stderr ?? error}`);
}
async function checkLater(name, body) {
  await body().then(
    (said) => report(name, undefined, said),
    (error) => report(name, error),
  );
}
function check(name, body) {
  try {
    const said = body();
    report(name, undefined, said);
  } catch (error) {
    report(name, error);
  }
}

const tarball = join(root, JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], root))[0].filename);
const packed = join(project, tarball.split('/').at(-1));
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const peers = ['core', 'layers', 'backend-wasm'].map(
  (name) => `@tensorflow/tfjs-${name}@${peerDependencies[`@tensorflow/tfjs-${name}`]}`,
);
writeFileSync(join(project, 'package.json'), '{ "name": "empty-project", "private": true }');
run('npm', [
  'install',
  '--no-audit',
  '--no-fund',
  packed,
  ...peers,
  `typescript@${devDependencies.typescript}`,
  `@types/node@${devDependencies['@types/node']}`,
]);

writeFixtures(project);
const fixtures = join(project, 'fixtures');
writeFixtures(fixtures);
writeFileSync(join(project, 'esm.mjs'), program(lines((names, from) => `import ${names} from '${from}';`)));
writeFileSync(join(project, 'cjs.cjs'), program(lines((names, from) => `const ${names} = require('${from}');`)));
writeFileSync(
  join(project, 'types.mts'),
  program(lines((names, from) => `import ${names} from '${from}';`)).replace('process.exitCode = 1', 'throw error'),
);

const lastLine = (text) => text.trim().split('\n').at(-1);
check('ESM', () => lastLine(run('node', ['esm.mjs'])));
check('CommonJS', () => lastLine(run('node', ['cjs.cjs'])));
for (const version of process.argv.slice(2)) {
  const node = ['-y', '-p', `node@${version}`, 'node'];
  check(`ESM on Node ${version}`, () => lastLine(run('npx', [...node, 'esm.mjs'])));
  check(`CommonJS on Node ${version}`, () => lastLine(run('npx', [...node, 'cjs.cjs'])));
}
// The types of tfjs-core contradict the DOM's (WebGPU); what counts is that ours, and the programs, have no error.
function compile(files, ...options) {
  try {
    run('npx', ['tsc', '--strict', '--target', 'es2022', ...options, ...files]);
  } catch (error) {
    const ours = error.stdout.split('\n').filter((line) => /^(\S+\.mts|node_modules\/ast-ts)/.test(line));
    if (ours.length > 0) throw new Error(ours.join('\n'));
  }
}
for (const [resolution, module] of [
  ['node16', 'node16'],
  ['bundler', 'esnext'],
])
  check(`types with moduleResolution ${resolution}`, () =>
    compile(['types.mts'], '--noEmit', '--module', module, '--moduleResolution', resolution),
  );

const documents = [
  'guide.md',
  'hub.md',
  'sounds.md',
  'datasets.md',
  'training.md',
  'augmentation.md',
  'cheap-fine-tuning.md',
  'cross-validation.md',
  'explanations.md',
  'export.md',
  'evaluation.md',
  'plots.md',
  'report.md',
].map((name) => join('docs', name));
check('a checkpoint for the programs in the documents', () => run('node', ['make-checkpoint.mjs'], fixtures) && '');
/** Each document's programs have a directory of their own: they run beside those of another. */
const programsByDirectory = ['README.md', ...documents].map((document) => {
  const directory = join('programs', basename(document, '.md').toLowerCase());
  cpSync(fixtures, join(project, directory), { recursive: true });
  const programs = programsOf(join(root, document));
  for (const { file, source } of programs) writeFileSync(join(project, directory, file), source);
  return { directory, files: programs.map(({ file }) => file) };
});
/** Programs of pages: checkBrowser runs one that does the same. */
const pagePrograms = programsOf(join(root, 'docs', 'browser.md'));
for (const { file, source } of pagePrograms) writeFileSync(join(project, file), source);
check('types of the programs in the documents', () =>
  compile(
    [
      ...programsByDirectory.flatMap(({ directory, files }) => files.map((file) => `${directory}/${file}`)),
      ...pagePrograms.map(({ file }) => file),
    ],
    '--module',
    'node16',
  ),
);
check('the command line', () => {
  const said = lastLine(run('npx', ['ast-ts', 'classify', 'dog.wav', '--top-k', '1'], fixtures));
  if (!/^dog\.wav\t0\.\d{4}\t(Bark|Rain|Wind)$/.test(said)) throw new Error(said);
});
/** Each that runs documents takes the next that waits. */
const waiting = programsByDirectory.values();
async function runDocuments() {
  for (const { directory, files } of waiting)
    for (const file of files)
      await checkLater(`the program ${file}`, async () => {
        await promisify(execFile)('node', [file.replace('.mts', '.mjs')], { cwd: join(project, directory) });
      });
}
await Promise.all(Array.from({ length: availableParallelism() }, runDocuments));

writeFileSync(join(project, '.npmrc'), 'onnxruntime-node-install=skip');
run('npm', [
  'install',
  '--no-audit',
  '--no-fund',
  `onnxruntime-node@${devDependencies['onnxruntime-node']}`,
  `@tensorflow/tfjs-backend-cpu@${devDependencies['@tensorflow/tfjs-backend-cpu']}`,
]);
for (const [format, file] of [
  ['ESM', 'esm.mjs'],
  ['CommonJS', 'cjs.cjs'],
])
  check(`onnxruntime, once it is installed, in ${format}`, () => {
    const said = lastLine(run('node', [file]));
    if (!said.startsWith('onnxruntime ')) throw new Error(said);
  });

check('publint', () => run('npx', ['publint', '--strict', packed], root) && '');
check('are the types wrong', () => run('npx', ['attw', packed, '--profile', 'node16'], root) && '');
check('the browser build contains no Node module', () => {
  const directory = join(root, 'dist', 'browser');
  const pattern = new RegExp(`(?:from|import|require)\\s*\\(?['"](?:node:[^'"]+|${builtinModules.join('|')})['"]`, 'g');
  const found = readdirSync(directory)
    .filter((file) => /\.c?js$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(directory, file), 'utf8').matchAll(pattern)].map(([match]) => `${file}: ${match}`),
    );
  if (found.length > 0) throw new Error(found.join('\n'));
});

await checkBrowser(project, checkLater);

rmSync(project, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
