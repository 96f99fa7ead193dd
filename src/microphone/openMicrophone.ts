import { checkSampleRate, createResampler } from '../audio/resampler.js';
import { MicrophoneError } from '../errors.js';
import { checkSupport, requestMicrophone } from './requestMicrophone.js';
import { createSampleQueue, type SampleQueue } from './sampleQueue.js';
import { PROCESSOR_NAME, workletSource } from './worklet.js';

/** Settings of {@link openMicrophone}. */
export interface MicrophoneOptions {
  /** Rate in Hz that the sound is resampled to. Default 16000, which AST needs. */
  readonly sampleRate?: number;
  /** Which microphone, as `navigator.mediaDevices.enumerateDevices()` calls it. Default: the one that the user chose in the browser. */
  readonly deviceId?: string;
  /** Length of a piece, in seconds, above 0. Default 0.1. */
  readonly pieceSeconds?: number;
  /** How much sound may wait for a reader that is too slow, in seconds, above 0. Default 60, which takes 4 MB. */
  readonly bufferSeconds?: number;
  /** Takes out what the loudspeakers play. Default false: made for speech, it distorts other sounds. */
  readonly echoCancellation?: boolean;
  /** Takes out what is not speech. Default false: rain, wind and insects are noise to it. */
  readonly noiseSuppression?: boolean;
  /** Makes quiet sounds loud, and loud ones quiet. Default false: checkpoints know how loud sounds are. */
  readonly autoGainControl?: boolean;
  /** Told when sound is lost because its reader is too slow. Default `console.warn`. */
  readonly onWarning?: (message: string) => void;
}

/** A microphone that records: pieces of sound, mono, in [-1, 1], as they come. To be read by one loop; leaving it stops the recording. */
export interface Microphone extends AsyncIterable<Float32Array> {
  /** Rate of the samples, in Hz. */
  readonly sampleRate: number;
  /** Rate that the browser records at, in Hz, before resampling. */
  readonly recordedRate: number;
  /** Name of the device, for people, and its id. */
  readonly label: string;
  readonly deviceId: string;
  /** Samples that were recorded so far, lost ones too. */
  readonly recordedSamples: number;
  /** Samples that were lost so far, as more than `bufferSeconds` waited for the reader. */
  readonly lostSamples: number;
  /** Ends the recording and frees the microphone; a loop that reads gets what was recorded until now, and ends. */
  stop(): Promise<void>;
}

/**
 * Records from a microphone, in the page of a browser. The browser asks the user first; call it from a click. An AudioWorklet
 * takes the sound at the rate of the device, and the resampler that files go through makes 16 kHz of it.
 *
 * The browser's processing for speech (echo cancellation, noise suppression, automatic gain) is off, as it distorts all other sounds.
 * Nothing is lost while the reader is busy for less than `bufferSeconds`; then the oldest sound is dropped, counted in `lostSamples`
 * and told to `onWarning`. A content security policy must allow `script-src blob:`, which is where the worklet's module comes from.
 *
 * @throws {MicrophoneError} when there is no sound to be had; its `reason` says why, for a page to say in its own words. The loop
 * throws one when the microphone is unplugged
 * @throws {RangeError} when an option is out of range
 * @throws {AudioInputError} when `sampleRate` is not a positive integer
 *
 * @example
 * ```ts
 * const microphone = await openMicrophone();
 * stopButton.onclick = () => microphone.stop();
 * for await (const { start, classifications } of classifier.classifyStream(microphone, microphone.sampleRate, { hopSeconds: 1 }))
 *   console.log(start, classifications[0]);
 * ```
 */
export async function openMicrophone(options: MicrophoneOptions = {}): Promise<Microphone> {
  const { sampleRate = 16000, pieceSeconds = 0.1, bufferSeconds = 60, onWarning = console.warn, deviceId } = options;
  const { echoCancellation = false, noiseSuppression = false, autoGainControl = false } = options;
  checkSampleRate(sampleRate);
  for (const [name, value] of Object.entries({ pieceSeconds, bufferSeconds }))
    if (!(value > 0 && value < Infinity)) throw new RangeError(`Expected ${name} above 0, got ${value}.`);

  checkSupport();
  const stream = await requestMicrophone({ deviceId, echoCancellation, noiseSuppression, autoGainControl });
  const track = stream.getAudioTracks()[0]!;
  const context = new AudioContext();
  const release = async (): Promise<void> => {
    track.stop();
    if (context.state !== 'closed') await context.close();
  };
  const queue: SampleQueue = createSampleQueue(Math.round(bufferSeconds * sampleRate), () =>
    onWarning(
      `ast-ts: the reader of the microphone is too slow: more than ${bufferSeconds} s of sound wait, and the oldest are lost. ` +
        'Read fewer windows (a larger hopSeconds), or use a faster backend.',
    ),
  );
  let collector: AudioWorkletNode;
  try {
    collector = await startCollector(context, stream, Math.max(1, Math.round(pieceSeconds * context.sampleRate)));
  } catch (error) {
    await release();
    throw error;
  }

  const resampler = createResampler(context.sampleRate, sampleRate);
  let recorded = 0;
  const give = (samples: Float32Array): void => {
    recorded += samples.length;
    queue.push(samples);
  };
  let ending: Promise<void> | undefined;
  const end = (error?: Error): Promise<void> => {
    ending ??= flush(collector).then(() => {
      give(resampler.end());
      queue.end(error);
      return release();
    });
    return ending;
  };
  collector.port.addEventListener('message', ({ data }) => data && give(resampler.push(data)));
  track.addEventListener('ended', () =>
    end(
      new MicrophoneError(`The microphone ${track.label} was disconnected, or its use was withdrawn.`, 'disconnected'),
    ),
  );
  // A call on a phone, or a laptop that slept, interrupts the sound.
  context.addEventListener('statechange', () => {
    if (!ending && context.state !== 'running') context.resume().catch(() => {});
  });

  return {
    sampleRate,
    recordedRate: context.sampleRate,
    label: track.label,
    deviceId: track.getSettings().deviceId ?? '',
    get recordedSamples() {
      return recorded;
    },
    get lostSamples() {
      return queue.lost;
    },
    stop: () => end(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* queue.pieces;
      } finally {
        await end();
      }
    },
  };
}

/** How long a page that may not make sound waits to be allowed, in milliseconds. */
const STARTING_TIME = 3000;

async function startCollector(context: AudioContext, stream: MediaStream, length: number): Promise<AudioWorkletNode> {
  const url = URL.createObjectURL(new Blob([workletSource], { type: 'text/javascript' }));
  try {
    await context.audioWorklet.addModule(url);
  } catch (cause) {
    throw new MicrophoneError(
      `The audio thread does not load its module (${cause}): the content security policy of the page must allow script-src blob:.`,
      'blocked',
      { cause },
    );
  } finally {
    URL.revokeObjectURL(url);
  }
  const collector = new AudioWorkletNode(context, PROCESSOR_NAME, {
    channelCount: 1, // channels are averaged
    channelCountMode: 'explicit',
    processorOptions: { length },
  });
  context.createMediaStreamSource(stream).connect(collector);
  collector.connect(context.destination); // silence; what leads nowhere is not asked for sound
  collector.port.start();
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, STARTING_TIME))]);
  if (context.state === 'running') return collector;
  throw new MicrophoneError(
    'The browser does not start sound before the user touches the page: call openMicrophone from a click.',
    'gesture',
  );
}

/** Brings what the audio thread has collected. It answers at once, unless the system has taken its time from it. */
function flush({ port }: AudioWorkletNode): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000);
    port.addEventListener('message', ({ data }) => {
      if (data) return;
      clearTimeout(timer);
      resolve();
    });
    port.postMessage(undefined);
  });
}
