import { type ASTForAudioClassification, AudioClassifier } from 'ast-ts/ast';
import { explain } from 'ast-ts/explain';
import { type BackendReport, type ModelInfo, type ModelProtocol, type ModelSource, SAMPLE_RATE } from '../protocol.js';
import { startBackend, whenLost } from './backend.js';
import type { modelFiles } from './modelFiles.js';
import { nameOf, openModel } from './openModel.js';
import { serve } from './rpc.js';

/** The model in use, and the checkpoint that trainings begin from. */
let current: { classifier: AudioClassifier; info: ModelInfo } | undefined;
let base: { source: ModelSource; maxLength?: number } = { source: { kind: 'built-in' } };
let training: AbortController | undefined;
let started: Promise<BackendReport>;

serve<ModelProtocol>({
  start({ backend }) {
    started = startBackend(backend);
    return started;
  },

  async load({ source, maxLength }, tell) {
    const model = await openModel(source, { maxLength, started, onProgress: tell });
    base = { source, maxLength };
    return use(model, nameOf(source, model.labels));
  },

  async classify({ samples, hopSeconds }, tell) {
    const { windows } = await inUse().classifyLong(
      { samples, sampleRate: SAMPLE_RATE },
      // One after another where a window takes its time, so that progress is told.
      { hopSeconds, topK: 1, batchSize: current!.info.latency > 0.3 ? 1 : 8, onProgress: tell },
    );
    return windows.map(({ start, end, scores }) => ({ start, end, scores }));
  },

  attend: ({ samples }) => explain(inUse().model, { samples, sampleRate: SAMPLE_RATE }, { method: 'rollout' }),

  async train({ clips, labels, method, epochs }, tell) {
    const { train } = await import('./train.js');
    training = new AbortController();
    try {
      const open = () => openModel(base.source, { labels, started, maxLength: base.maxLength });
      const { model, card, ...outcome } = await train(open, { clips, method, epochs }, tell, training.signal);
      const name = labels.join(', ');
      const files = await filesOf(model, { ...card, name, source: base.source });
      return { ...outcome, model: await use(model, name), files };
    } finally {
      training = undefined;
    }
  },

  cancel() {
    training?.abort();
    return undefined;
  },

  files: () => filesOf(inUse().model, { name: current!.info.name }),
  lost: () => started.then(whenLost),
});

const filesOf: typeof modelFiles = async (model, card) => (await import('./modelFiles.js')).modelFiles(model, card);

function inUse(): AudioClassifier {
  if (!current) throw new Error('No model is loaded yet.');
  return current.classifier;
}

/** Puts a model to use in place of the one before. A first window shows whether it runs here, and how long that takes. */
async function use(model: ASTForAudioClassification, name: string): Promise<ModelInfo> {
  const classifier = new AudioClassifier(model);
  const silence = { samples: new Float32Array(SAMPLE_RATE), sampleRate: SAMPLE_RATE };
  const begun = performance.now();
  try {
    await classifier.classify(silence);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const latency = (performance.now() - begun) / 1000;
  let parameters = 0;
  for (const { size } of model.parameters().values()) parameters += size;
  current?.classifier.dispose();
  current = {
    classifier,
    info: { name, labels: model.labels, parameters, seconds: model.config.maxLength / 100, latency },
  };
  return current.info;
}
