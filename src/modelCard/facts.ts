import type { ClassificationReport } from '../metrics/index.js';

/** A data set, as a model card tells of it. */
export interface CardDataset {
  /** What it is called. */
  readonly name: string;
  /** Its id on the Hub, where it is there, e.g. `'confit/esc50-demo'`. */
  readonly id?: string;
  /** Which part of it, e.g. `'fold1'` or `'test'`. */
  readonly split?: string;
  /** Recordings. */
  readonly clips?: number;
}

/** What is known of a model: what {@link modelCard} writes down. What is not given is left out. */
export interface ModelCardFacts {
  /** `owner/name` of the model on the Hub, for the programs that show how to use it. */
  readonly modelId: string;
  /** Names of the classes. */
  readonly labels: readonly string[];
  /** Title. Default: the name in `modelId`. */
  readonly title?: string;
  /** A few sentences, in Markdown: what it tells apart, for whom, and where it fails. */
  readonly description?: string;
  /** Hub id of the model that it was fine-tuned from. */
  readonly baseModel?: string;
  /** Licence by the Hub's names, e.g. `'apache-2.0'`. */
  readonly license?: string;
  /** More tags. */
  readonly tags?: readonly string[];
  /** Whether a sound has one class or several. Default one. */
  readonly problemType?: 'single_label_classification' | 'multi_label_classification';
  /** Samples a second of the sounds that it takes. */
  readonly samplingRate?: number;
  /** Seconds of sound that it sees at once. */
  readonly seconds?: number;
  /** What it was trained on. */
  readonly trainDataset?: CardDataset;
  /** What it was measured on. */
  readonly evalDataset?: CardDataset;
  /** Settings of the training, by their names. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Results on the evaluation data by the Hub's names for metrics, e.g. `{ accuracy: 0.93, loss: 0.21 }`; those of `report` are added. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Results of every class on the evaluation data. */
  readonly report?: ClassificationReport;
}
