import type { Language } from './messages/messages.js';
import type { ClassOrders } from './numbers.js';

/** Sound and picture of a clip within the page. */
export interface ClipMedia {
  /** Spectrogram: the pixels of a PNG file, base64. */
  readonly image: string;
  /** Length of what the spectrogram shows, in seconds. */
  readonly seconds: number;
  /** IMA ADPCM at `soundRate`, one block, base64; silence at the end is cut off. */
  readonly sound?: string;
}

/** Where a model looked, as a grid of bytes. */
export interface PageAttention {
  readonly frequencies: number;
  readonly times: number;
  /** Where the first cell begins and how large a cell is: seconds, and shares of the height of the spectrogram. */
  readonly start: { readonly seconds: number; readonly height: number };
  readonly cell: { readonly seconds: number; readonly height: number };
  /** 255 is the largest weight; row-major, the lowest frequency first, base64. */
  readonly weights: string;
}

/** What the page knows of a clip. */
export interface PageClip {
  readonly id: string;
  readonly label: number;
  readonly prediction: number;
  readonly right: boolean;
  /** The largest scores, and that of the true class: class and score, the largest first. */
  readonly scores: readonly (readonly [label: number, score: number])[];
  readonly attention?: PageAttention;
}

/** What the page knows of one result. */
export interface PageResult {
  readonly labels: readonly string[];
  readonly clips: readonly PageClip[];
  readonly orders: ClassOrders;
}

/** The data within a page, which its script reads. */
export interface PageData {
  readonly language: Language;
  readonly results: readonly PageResult[];
  /** By the ids of clips. */
  readonly media: Readonly<Record<string, ClipMedia>>;
}

/** Rate of the sounds in the page, in Hz. */
export const soundRate = 16000;
