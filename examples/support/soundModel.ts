import {
  ASTForAudioClassification,
  type AudioClassification,
  AudioClassifier,
  AudioDecodeError,
  AudioInputError,
  astPresets,
  type BackendName,
  useBackend,
} from '../../src/index.js';

/** Which model to serve, and on what. Plain data, so that a thread can be sent it. */
export interface ModelSettings {
  /** A Hugging Face id, a directory, or a size (tiny, small, base) for a new model, which knows nothing yet. */
  readonly model: string;
  /** Frames of an input, 100 a second. */
  readonly maxLength: number;
  readonly backend: 'auto' | BackendName;
  readonly topK: number;
}

/** Labels of a sound, best first, or why it has none. */
export type Answer = { readonly labels: AudioClassification[] } | { readonly unreadable: string };

/** A model that takes the bytes of sound files. */
export interface SoundModel {
  classify(sound: Uint8Array): Promise<Answer>;
  close(): Promise<void>;
}

/** Loads the model into this thread, which can do nothing else while it computes. */
export async function loadModel({ model: name, maxLength, backend, topK }: ModelSettings): Promise<SoundModel> {
  await useBackend(backend);
  const preset = Object.entries(astPresets).find(([size]) => size === name)?.[1];
  const labels = ['birds', 'water', 'wind', 'mammals'];
  const classifier = preset
    ? new AudioClassifier(ASTForAudioClassification.fromConfig({ ...preset, maxLength }, { labels, seed: 0 }))
    : await AudioClassifier.fromPretrained(name, { maxLength });
  return {
    async classify(sound) {
      try {
        return { labels: await classifier.classify(sound, { topK }) };
      } catch (error) {
        if (error instanceof AudioDecodeError || error instanceof AudioInputError) return { unreadable: error.message };
        throw error;
      }
    },
    close: async () => classifier.dispose(),
  };
}
