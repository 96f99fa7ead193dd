import type { AudioDataset } from '../datasets/index.js';
import type { Sounds } from './chooseMedia.js';

/** What all reports take. */
export interface ReportOptions {
  /** The clips that were evaluated, for players and spectrograms. Without it the report has none, and says so. */
  readonly dataset?: AudioDataset;
  /** The language that the page opens in; a switch in the page shows the other. Default `'en'`. */
  readonly language?: 'en' | 'es';
  /**
   * Which clips can be heard: all (default), those that are misclassified with what they are compared with, or none. Sounds are 16 kHz mono in
   * 4 bits a sample, 53 kB for 5 s.
   */
  readonly sounds?: Sounds;
  /** Size of the page at most: the least interesting clips go without sound and spectrogram. Default 5 MB. */
  readonly maxBytes?: number;
}
