import { FONT_SIZE } from './svgPicture.js';
import { fitted, widestOf, writable } from './text.js';

/** In CSS pixels. */
const LONGEST_NAME = 190;

/**
 * The names of classes beside the rows of a picture of this width: what room they need on its left, and how a name is written there, cut
 * where it is too long.
 */
export function nameColumn(names: readonly string[], width: number): { left: number; shown: (name: string) => string } {
  const longest = Math.min(LONGEST_NAME, width / 3);
  return {
    left: 16 + Math.min(longest, widestOf(names.map(writable), FONT_SIZE)),
    shown: (name) => fitted(name, longest, FONT_SIZE),
  };
}
