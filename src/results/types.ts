/** A clip with what a model says of it. */
export interface EvaluatedClip {
  /** Names the clip within its data set. */
  readonly id: string;
  /** True class, an index into the result's `labels`; the first where it has several. */
  readonly label: number;
  /** All true classes, where the clip has several. */
  readonly classes?: readonly number[];
  /** Scores before softmax or sigmoid, [labels]. */
  readonly logits: readonly number[];
  /** Scores in [0, 1]: softmax, or sigmoid where sounds have several labels each, [labels]. */
  readonly scores: readonly number[];
  /** The class with the largest score. */
  readonly prediction: number;
  /** Cross-entropy (or the mean binary cross-entropy over the labels) of this clip. */
  readonly loss: number;
  /** The longer recording that it was cut from, where known. */
  readonly source?: string;
  /** Where the model looked, if that was asked for. */
  readonly attention?: AttentionMap;
}

/** Weights over the patches of a spectrogram, which sum to 1. */
export interface AttentionMap {
  /** What the weights are. */
  readonly method: 'rollout' | 'last-block' | 'relevance';
  /** Rows of patches, the lowest frequency first. */
  readonly frequencies: number;
  /** Columns of patches, in time. */
  readonly times: number;
  /** Row-major, [frequencies, times]. */
  readonly weights: readonly number[];
}

/** Accuracy of a model as its sounds get worse in one way. */
export interface RobustnessCurve {
  /** What was done to the sounds: `noise`, `stretch`, `pitch`, `gain`, `lowpass`, `mp3`. */
  readonly kind: string;
  /** Unit of the severities: `dB`, `Hz`, … */
  readonly unit: string;
  /** The same clips as they are. */
  readonly clean?: Recognition;
  /** In the order they were asked for. */
  readonly points: readonly (Recognition & { readonly severity: number })[];
}

/** How well clips are told apart. */
export interface Recognition {
  readonly accuracy: number;
  /** Recall of every class; NaN (null in JSON) for one without clips, [labels]. */
  readonly recall: readonly number[];
}

/** How a model was trained, for curves. */
export interface TrainingHistory {
  /** One entry for each optimizer step. */
  readonly steps: readonly {
    readonly step: number;
    readonly epoch: number;
    readonly loss: number;
    readonly learningRate: number;
    readonly gradNorm?: number;
  }[];
  /** One entry for each evaluation during training. */
  readonly evaluations: readonly {
    readonly step: number;
    readonly epoch: number;
    readonly loss: number;
    readonly accuracy: number;
  }[];
}

/**
 * All that is known of a model on a data set, as plain data: reports, pictures and comparisons are computed from it without running the
 * model again. Survives JSON.
 */
export interface EvaluationResult {
  readonly format: 'ast-ts evaluation';
  readonly formatVersion: 1;
  /** What tables and pictures call it. */
  readonly name: string;
  readonly dataset: { readonly name: string; readonly sampleRate: number };
  /** Names of the classes. */
  readonly labels: readonly string[];
  readonly problemType: 'single_label_classification' | 'multi_label_classification';
  /** In the order of the data set. */
  readonly clips: readonly EvaluatedClip[];
  /** Recordings left out because they could not be read. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
  /** Seconds: features and forward passes of all clips. */
  readonly timings: { readonly total: number };
  /** Of this library, TensorFlow.js and the runtime, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** What numbers depend on: backend, feature settings, config of the model, training arguments. JSON values. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** When it was made, ISO 8601. */
  readonly date: string;
  readonly training?: TrainingHistory;
  readonly robustness?: readonly RobustnessCurve[];
}
