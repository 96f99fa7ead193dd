/** A picture that was drawn: SVG text, and PNG on request. */
export interface Picture {
  /** Size in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** A whole `<svg>` element, usable as a file or within a page. */
  readonly svg: string;
  /** The same as the bytes of a PNG file; `scale` pixels for each CSS pixel, default 2. */
  png(options?: { readonly scale?: number }): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes it to a file, in Node; the extension says what: `.svg` or `.png`. */
  save(path: string): Promise<void>;
}

/** What all pictures take. */
export interface PictureOptions {
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  /** `'auto'` draws text in `currentColor` on nothing, for a page that has both. Default `'light'`. */
  readonly theme?: 'light' | 'dark' | 'auto';
  /** Language of axes and legends. Default `'en'`. */
  readonly language?: 'en' | 'es';
}
