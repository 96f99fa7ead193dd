import { platform } from '#platform';
import type { RepositoryOptions } from '../hub/index.js';
import { checkWaveform } from './checkWaveform.js';
import { FRAME_LENGTH, FRAME_SHIFT, melFilters } from './kaldiTables.js';
import { createMelKernel, FRAMES_A_RUN, type MelKernel } from './melKernel.js';
import { completeExtractorConfig, type ExtractorConfig, normalizeLogEnergy } from './preprocessorConfig.js';
import type { MelSpectrogram, Waveform } from './waveform.js';

/** What reads and writes checkpoints is larger than all the rest, and pages that only extract features do without. */
const importFile = () => import('./preprocessorFile.js');

/**
 * Turns sounds into the log-mel features that AST reads, as Hugging Face's `ASTFeatureExtractor` does with
 * `torchaudio.compliance.kaldi.fbank`: 25 ms frames every 10 ms, mean removed, pre-emphasis 0.97, symmetric Hann window,
 * power spectrum of 512 points, mel filters from 20 Hz to 8 kHz, natural logarithm, floor 1.19e-7. Equal to torchaudio's
 * features within 1e-5, rounding errors included. Runs on WebAssembly with SIMD (Node 20, browsers from 2023 on).
 *
 * @example
 * ```ts
 * const extractor = new MelSpectrogramExtractor({ maxLength: 512 });
 * const waveform = await readAudio('dog.wav', { sampleRate: extractor.config.samplingRate });
 * const { data, frames, bins } = extractor.extract(waveform); // 512 x 128 values
 * ```
 */
export class MelSpectrogramExtractor {
  /** All settings, defaults filled in. */
  readonly config: ExtractorConfig;
  /** For features that are normalised, and for those that are not. */
  readonly #kernels = new Map<boolean, MelKernel>();

  /**
   * @param config settings that differ from the defaults
   * @throws {RangeError} when a setting is out of range; the message names it
   */
  constructor(config: Partial<ExtractorConfig> = {}) {
    this.config = completeExtractorConfig(config);
  }

  /**
   * Reads the settings of a checkpoint from its `preprocessor_config.json`.
   *
   * @param idOrPath a directory, an id on the Hugging Face Hub, or a URL
   * @throws {CheckpointError} when the file is missing or malformed; the message names the key
   * @throws {HubError} when the Hub does not give the file
   * @example
   * ```ts
   * const extractor = await MelSpectrogramExtractor.fromPretrained('MIT/ast-finetuned-audioset-10-10-0.4593');
   * ```
   */
  static async fromPretrained(idOrPath: string, options: RepositoryOptions = {}): Promise<MelSpectrogramExtractor> {
    const { readPreprocessorConfig } = await importFile();
    return new MelSpectrogramExtractor(await readPreprocessorConfig(idOrPath, options));
  }

  /** The content of `preprocessor_config.json`: what {@link MelSpectrogramExtractor.savePretrained} writes. */
  async configFile(): Promise<Record<string, unknown>> {
    const { formatPreprocessorConfig } = await importFile();
    return JSON.parse(formatPreprocessorConfig(this.config));
  }

  /**
   * Writes `preprocessor_config.json` into a directory, which is made if need be; transformers loads it. Keys that
   * `fromPretrained` found and this library does not use are written back.
   *
   * @throws {Error} in a browser, which has no files
   */
  async savePretrained(directory: string): Promise<void> {
    const { files } = platform;
    if (!files) throw new Error('savePretrained writes files, and a browser has none: keep extractor.config instead.');
    const { formatPreprocessorConfig, PREPROCESSOR_CONFIG } = await importFile();
    await files.writeFile(files.join(directory, PREPROCESSOR_CONFIG), [formatPreprocessorConfig(this.config)]);
  }

  /**
   * Log-mel features as long as the sound: `1 + floor((samples - 400) / 160)` frames. A sound shorter than one frame
   * (400 samples, 25 ms) is zero-padded to one.
   *
   * @returns natural-log mel energies, [frames, numMelBins], not normalised, at least -15.94
   * @throws {AudioInputError} when the sound is empty, not finite, or not at `config.samplingRate`
   */
  fbank(waveform: Waveform): MelSpectrogram {
    checkWaveform(waveform, this.config.samplingRate, 'AST');
    const frames = countFrames(waveform);
    const data = new Float32Array(frames * this.config.numMelBins);
    this.#logMel(waveform.samples, frames, data, false);
    return { data, frames, bins: this.config.numMelBins };
  }

  /**
   * One input of the model: exactly `maxLength` frames. A longer sound is cut, a shorter one padded with frames of 0,
   * which are normalised too: `(x - mean) / (2 std)`, unless `doNormalize` is false.
   *
   * @returns normalised log-mel features, [maxLength, numMelBins]
   * @throws {AudioInputError} when the sound is empty, not finite, or not at `config.samplingRate`
   */
  extract(waveform: Waveform): MelSpectrogram {
    const { samplingRate, maxLength, numMelBins, doNormalize } = this.config;
    checkWaveform(waveform, samplingRate, 'AST');
    const frames = Math.min(countFrames(waveform), maxLength);
    const data = new Float32Array(maxLength * numMelBins);
    this.#logMel(waveform.samples, frames, data, doNormalize);
    data.fill(normalizeLogEnergy(0, this.config), frames * numMelBins);
    return { data, frames: maxLength, bins: numMelBins };
  }

  /** Writes the features of the first frames to `data`, [frames, bins]. */
  #logMel(samples: Float32Array, frames: number, data: Float32Array, isNormalised: boolean): void {
    const bins = this.config.numMelBins;
    const { samples: input, features, columns, run } = this.#kernel(isNormalised);
    for (let first = 0; first < frames; first += FRAMES_A_RUN) {
      const count = Math.min(FRAMES_A_RUN, frames - first);
      const start = first * FRAME_SHIFT;
      const available = samples.subarray(start, start + input.length);
      input.set(available);
      input.fill(0, available.length);
      run(count);
      if (columns === bins) data.set(features.subarray(0, count * bins), first * bins);
      else
        for (let row = 0; row < count; row++)
          data.set(features.subarray(row * columns, row * columns + bins), (first + row) * bins);
    }
  }

  /** Compiled when first used: an extractor that only carries settings costs nothing. */
  #kernel(isNormalised: boolean): MelKernel {
    const { numMelBins, mean, std } = this.config;
    const normalisation = isNormalised ? { offset: mean, divisor: 2 * std } : { offset: 0, divisor: 1 };
    const kernel = this.#kernels.get(isNormalised) ?? createMelKernel(melFilters(numMelBins), normalisation);
    this.#kernels.set(isNormalised, kernel);
    return kernel;
  }
}

/** Only whole frames count, but a sound has at least one. */
const countFrames = ({ samples }: Waveform): number =>
  1 + Math.floor(Math.max(samples.length - FRAME_LENGTH, 0) / FRAME_SHIFT);
