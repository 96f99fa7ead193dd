/** What a page is to do: files on its own server, to labels. */
export interface PageTask {
  /** Of the model, in Hugging Face layout with `onnx/`. */
  model: string;
  /** Input length. transformers.js takes it from the model's own settings. */
  frames: number;
  sounds: readonly string[];
}

declare global {
  /** Loads everything; each page has its own. */
  var prepare: (task: PageTask) => Promise<void>;
  /** Classifies every sound: the five best scores of each. */
  var run: () => Promise<number[]>;
}
