import { platform } from '#platform';
import {
  decodeAudio,
  type FeatureExtractor,
  type MelSpectrogram,
  MelSpectrogramExtractor,
  type Waveform,
} from '../audio/index.js';
import { AudioDecodeError, AudioInputError, DatasetError } from '../errors.js';
import type { WorkerThread } from '../platform/platform.js';
import type { AudioDataset } from './dataset.js';
import type { FeatureAnswer, FeatureRequest } from './featureWorker.js';

/** Threads that decode sounds and extract features: of Node, or the Web Workers of a page. */
export interface FeatureWorkers {
  /** Features of a recording of a data set that has `bytesOf`. Throws as a data set's `get` does. */
  extract(dataset: AudioDataset, index: number): Promise<MelSpectrogram>;
  /**
   * Features of one sound: the bytes of a file, a Blob such as a dropped File, or samples.
   * @throws {AudioDecodeError} when it cannot be decoded
   * @throws {AudioInputError} when it is empty or not finite
   */
  extractSound(sound: Uint8Array | ArrayBuffer | Blob | Waveform): Promise<MelSpectrogram>;
  /** Ends the threads; the next `extract` starts them again. */
  close(): Promise<void>;
}

/**
 * Starts threads that decode sounds and extract features, so that the thread that draws and computes stays free. They are
 * started when first needed, and get the sounds in turn. In a page they are Web Workers; what only a page can decode (M4A and
 * others; with an import map, compressed sound) is decoded by the page.
 *
 * The Trainer (`args.prefetchWorkers`) and `cacheFeatures` (`workers`) start threads of their own.
 *
 * @param count how many threads, 1 or more
 * @param extractor makes the features; the threads make it again from its settings
 * @throws {DatasetError} where there are no threads, or for an extractor other than a MelSpectrogramExtractor
 * @throws {RangeError} when `count` is not a whole number of 1 or more
 *
 * @example
 * ```ts
 * const workers = featureWorkers(2, new MelSpectrogramExtractor());
 * const features = await Promise.all([...input.files].map((file) => workers.extractSound(file)));
 * await workers.close();
 * ```
 */
export function featureWorkers(count: number, extractor: FeatureExtractor): FeatureWorkers {
  const { threads } = platform;
  if (!threads)
    throw new DatasetError('This browser has no workers to extract features in; read features without them.');
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`Expected 1 worker or more, got ${count}.`);
  if (!(extractor instanceof MelSpectrogramExtractor))
    throw new DatasetError(
      'Threads extract the features of a MelSpectrogramExtractor; read those of another extractor without threads.',
    );
  const { config } = extractor;
  let running: WorkerThread[] = [];
  let next = 0;

  /** A thread queues what it is sent: the thread that computes may be busy for long. */
  function nextThread(): WorkerThread {
    if (running.length === 0) running = Array.from({ length: count }, () => threads!.startFeatureWorker(openWorker));
    return running[next++ % count]!;
  }

  async function ask(thread: WorkerThread, request: FeatureRequest): Promise<FeatureAnswer> {
    const answer = (await thread.ask(request)) as FeatureAnswer;
    const { sound, name, sampleRate } = request;
    if ('data' in answer || answer.isDecoded || !platform.decodeSound || !(sound instanceof Uint8Array)) return answer;
    try {
      return extractor.extract(await decodeAudio(sound, { name, sampleRate }));
    } catch (error) {
      const isInput = error instanceof AudioInputError;
      if (isInput || error instanceof AudioDecodeError) return { unreadable: error.message, isDecoded: isInput };
      throw error;
    }
  }

  return {
    async extract(dataset, index) {
      const { name, sampleRate } = dataset;
      const id = dataset.idOf(index);
      // Taken before the bytes are read: what is under way when the threads are closed must not start them again.
      const thread = nextThread();
      const sound = await dataset.bytesOf!(index);
      const answer = await ask(thread, { sound, name: id, sampleRate, config });
      if ('data' in answer) return answer;
      throw new DatasetError(`The recording ${id} of ${name} cannot be read: ${answer.unreadable}`);
    },
    async extractSound(given) {
      const thread = nextThread();
      const name = given instanceof File ? given.name : '';
      const sound =
        given instanceof ArrayBuffer
          ? new Uint8Array(given)
          : given instanceof Blob
            ? new Uint8Array(await given.arrayBuffer())
            : given;
      const answer = await ask(thread, { sound, name, sampleRate: config.samplingRate, config });
      if ('data' in answer) return answer;
      throw answer.isDecoded
        ? new AudioInputError(answer.unreadable)
        : new AudioDecodeError(answer.unreadable, name || undefined);
    },
    async close() {
      const ending = running;
      running = [];
      await Promise.all(ending.map((thread) => thread.close()));
    },
  };
}

/** In a page. Browsers start no worker of another origin, such as a CDN, but one that imports it. */
function openWorker(): Worker {
  try {
    return new Worker(new URL('./featureWorker.js', import.meta.url), { type: 'module' });
  } catch (error) {
    const here = import.meta.url; // not in one expression: bundlers would take it for a file to copy
    const { href, origin } = new URL('featureWorker.js', here);
    if (origin === location.origin) throw error;
    const module = new Blob([`import ${JSON.stringify(href)};`], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(module), { type: 'module' });
  }
}
