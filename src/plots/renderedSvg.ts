/** What is to become pixels. */
export interface RenderedSvg {
  /** A whole `<svg>` element. */
  readonly svg: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels for each CSS pixel. */
  readonly scale: number;
}
