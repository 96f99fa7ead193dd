import type { ClassificationReport } from 'ast-ts/metrics';
import type { AttentionMap } from 'ast-ts/results';

/** Everything below is at this rate: what AST is trained at, in Hz. */
export const SAMPLE_RATE = 16000;

/** Log-mel columns as bytes, 0 quiet to 255 loud: row-major [columns, bins]. */
export interface Columns {
  levels: Uint8Array<ArrayBuffer>;
  columns: number;
  bins: number;
  /** How many columns are a second. */
  perSecond: number;
}

/** Mono samples at SAMPLE_RATE with their picture. */
export interface Heard {
  samples: Float32Array;
  columns: Columns;
}

/** What the worker for sounds is asked: decoding and spectrograms, no TensorFlow.js, so that it answers at once whatever the model does. */
export interface SoundProtocol {
  /** A file of any kind that ast-ts reads. `warning` says what is wrong with one that is damaged, and could be read in part. */
  decode: { request: Blob; answer: Heard & { warning?: string } };
  /** Samples that were decoded before, or elsewhere. */
  picture: { request: { samples: Float32Array; sampleRate: number }; answer: Heard };
  /** A sound made in code, of one of the classes of the built-in model. */
  example: { request: { label: string; number: number }; answer: Heard };
  /** A live sound begins. */
  begin: { request: undefined; answer: undefined };
  /** The next samples of it. */
  push: { request: Float32Array; answer: Columns };
}

/** Where a model comes from. */
export type ModelSource =
  | { kind: 'built-in' }
  /** An id on the Hugging Face Hub, or the URL of a directory. */
  | { kind: 'address'; address: string }
  /** Dropped, or saved in this browser. */
  | { kind: 'files'; name: string; files: Readonly<Record<string, Blob>> };

/** The model in use. */
export interface ModelInfo {
  name: string;
  labels: readonly string[];
  parameters: number;
  /** What it hears at a time. */
  seconds: number;
  /** How long one window took, in seconds. */
  latency: number;
}

/** Scores of all labels for a part of a sound, in seconds. */
export interface ScoredWindow {
  start: number;
  end: number;
  scores: Float32Array;
}

/** A sound of a class of one's own. */
export interface TrainingClip {
  id: string;
  label: string;
  samples: Float32Array;
}

export type TrainingMethod = 'head' | 'lora';

/** How far a training is. */
export type TrainingProgress =
  | { phase: 'listening'; done: number; total: number }
  | { phase: 'training'; step: number; totalSteps: number; loss: number };

/** What held-out clips say of a model. */
export interface HeldOut {
  labels: readonly string[];
  matrix: number[][];
  report: ClassificationReport;
  clips: { id: string; truth: number; prediction: number }[];
}

export interface TrainingOutcome {
  /** The new model, which is now the one in use. */
  model: ModelInfo;
  /** Its files, in the layout of Hugging Face. */
  files: Record<string, Blob>;
  trainedOn: number;
  /** Missing where there were too few clips to hold any out. */
  heldOut?: HeldOut;
}

/** Which backend computes, and why not on WebGPU, where it does not. */
export interface BackendReport {
  backend: string;
  withoutGpu?: 'missing' | 'software' | 'broken';
}

/** What the worker with the model is asked. */
export interface ModelProtocol {
  start: { request: { backend?: string }; answer: BackendReport };
  load: {
    request: { source: ModelSource; maxLength?: number };
    answer: ModelInfo;
    progress: { loaded: number; total: number };
  };
  classify: {
    request: { samples: Float32Array; hopSeconds: number };
    answer: ScoredWindow[];
    progress: { fraction: number };
  };
  attend: { request: { samples: Float32Array }; answer: AttentionMap };
  train: {
    request: { clips: TrainingClip[]; labels: string[]; method: TrainingMethod; epochs: number };
    answer: TrainingOutcome;
    progress: TrainingProgress;
  };
  /** Ends the training under way; its question is answered with an error called 'Cancelled'. */
  cancel: { request: undefined; answer: undefined };
  /** The model in use as files. */
  files: { request: undefined; answer: Record<string, Blob> };
  /** Answered when the GPU is lost, if ever. */
  lost: { request: undefined; answer: { message: string } };
}
