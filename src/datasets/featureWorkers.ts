import { platform } from '#platform';
import { type FeatureExtractor, type MelSpectrogram, MelSpectrogramExtractor } from '../audio/index.js';
import { DatasetError } from '../errors.js';
import type { WorkerThread } from '../platform/platform.js';
import type { AudioDataset } from './dataset.js';
import type { FeatureAnswer, FeatureRequest } from './featureWorker.js';

/** Threads that decode sounds and extract features. */
export interface FeatureWorkers {
  /** Features of a recording of a data set that has `bytesOf`. Throws as a data set's `get` does. */
  extract(dataset: AudioDataset, index: number): Promise<MelSpectrogram>;
  /** Ends the threads; the next `extract` starts them again. */
  close(): Promise<void>;
}

/**
 * Threads are started when first needed, and get the recordings in turn. A thread queues what it is sent: the thread
 * that computes may be busy for long.
 *
 * @throws DatasetError where there are no threads, or for an extractor that a thread cannot make again from its settings.
 */
export function featureWorkers(count: number, extractor: FeatureExtractor): FeatureWorkers {
  const { threads } = platform;
  if (!threads) throw new DatasetError('A page has no threads to extract features in; read features without them.');
  if (!(extractor instanceof MelSpectrogramExtractor))
    throw new DatasetError(
      'Threads extract the features of a MelSpectrogramExtractor; read those of another extractor without threads.',
    );
  const { config } = extractor;
  let running: WorkerThread[] = [];
  let next = 0;
  return {
    async extract(dataset, index) {
      const { name, sampleRate } = dataset;
      const id = dataset.idOf(index);
      // Taken before the bytes are read: what is under way when the threads are closed must not start them again.
      if (running.length === 0) running = Array.from({ length: count }, () => threads.startFeatureWorker());
      const thread = running[next++ % count]!;
      const bytes = await dataset.bytesOf!(index);
      const request: FeatureRequest = { bytes, name: id, sampleRate, config };
      const answer = (await thread.ask(request)) as FeatureAnswer;
      if ('data' in answer) return answer;
      throw new DatasetError(`The recording ${id} of ${name} cannot be read: ${answer.unreadable}`);
    },
    async close() {
      const ending = running;
      running = [];
      await Promise.all(ending.map((thread) => thread.close()));
    },
  };
}
