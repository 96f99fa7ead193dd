/** All that the page knows. Views read these signals; files in `actions/` change them. */
import { computed, signal } from '@preact/signals';
import type { AttentionMap } from 'ast-ts/results';
import type { Strip } from './draw/strip.js';
import type { Words } from './i18n/index.js';
import type {
  BackendReport,
  Heard,
  HeldOut,
  ModelInfo,
  ScoredWindow,
  TrainingMethod,
  TrainingProgress,
} from './protocol.js';

/** A sound that is looked at: a file, or what the microphone hears. It grows while it is listened to. */
export interface Scene {
  /** Empty for the microphone. */
  name: string;
  live: boolean;
  seconds: number;
  strip: Strip;
  windows: ScoredWindow[];
  /** Where the model looked, in parts of the sound. */
  attention: { start: number; end: number; map: AttentionMap }[];
  /** Of a file: all samples, to play and to collect. */
  opened?: OpenedSound;
  samples?: Float32Array;
  busy: boolean;
}

/** A sound that was opened, to come back to. */
export interface OpenedSound {
  name: string;
  heard: Heard;
  /** What the model made of it. */
  best?: { label: string; score: number };
}

/** A class of one's own, and its clips in the order they came. */
export interface SoundClass {
  id: string;
  name: string;
  clips: Clip[];
}

export interface Clip {
  id: string;
  name: string;
  samples: Float32Array;
}

/** A training that goes on. */
export interface Training {
  progress?: TrainingProgress;
  losses: number[];
  cancelling: boolean;
}

/** What became of the last training. */
export interface Outcome {
  cancelled: boolean;
  losses: number[];
  trainedOn: number;
  heldOut?: HeldOut;
}

/** A model that this browser keeps. */
export interface SavedModel {
  id: string;
  name: string;
  created: number;
  right?: number;
  heldOut?: number;
  files: Record<string, Blob>;
}

export type Problem = keyof Words['problems'];
export interface Notice {
  id: number;
  problem: Problem;
  /** Whom it is about. */
  name: string;
  /** The error as the library words it. */
  detail?: string;
}

export const backend = signal<BackendReport | undefined>(undefined);
export const model = signal<ModelInfo | undefined>(undefined);
export const loading = signal<{ name: string; fraction?: number } | undefined>(undefined);
/** The latest sounds that were opened, the newest first. */
export const opened = signal<OpenedSound[]>([]);
export const scene = signal<Scene | undefined>(undefined);
/** Counts changes within the scene, which is not copied for each of them. */
export const sceneVersion = signal(0);
/** The moment that labels are shown for, in seconds; undefined: the whole sound, or now. */
export const cursor = signal<number | undefined>(undefined);
export const playing = signal<string | undefined>(undefined);
export const showAttention = signal(true);
export const listening = signal(false);
/** The class that is recorded for. */
export const recording = signal<string | undefined>(undefined);
export const classes = signal<SoundClass[]>([]);
export const method = signal<TrainingMethod>('head');
export const epochs = signal<Record<TrainingMethod, number>>({ head: 100, lora: 20 });
export const training = signal<Training | undefined>(undefined);
export const outcome = signal<Outcome | undefined>(undefined);
export const savedModels = signal<SavedModel[]>([]);
export const notices = signal<Notice[]>([]);

export const canTrain = computed(() => {
  const names = classes.value.map(({ name }) => name.trim());
  return (
    names.length >= 2 &&
    new Set(names).size === names.length &&
    names.every((name) => name !== '') &&
    classes.value.every(({ clips }) => clips.length > 0)
  );
});

/** The scene changed: what shows it is drawn again. */
export const touchScene = (): void => void sceneVersion.value++;

let lastNotice = 0;

/** Tells of a problem in plain words; the same one is not told twice at a time. */
export function notify(problem: Problem, { name = '', error }: { name?: string; error?: unknown } = {}): void {
  const detail = error instanceof Error ? error.message : undefined;
  const others = notices.value.filter((notice) => notice.problem !== problem || notice.name !== name);
  notices.value = [...others, { id: ++lastNotice, problem, name, detail }];
}

export const dismiss = (id: number): void => {
  notices.value = notices.value.filter((notice) => notice.id !== id);
};
