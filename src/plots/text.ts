/** Text within pictures: how wide it is, and how it is written in XML. There is no page to measure on. */

/** Characters that XML cannot hold: controls, halves of surrogate pairs, and two that are none. */
const unwritable = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/** Text as a picture can show it: one line, nothing that XML forbids. */
export const writable = (text: string): string => text.replace(/\s+/g, ' ').replace(unwritable, '\ufffd');

/** Text for the inside of an element or an attribute in double quotes. */
export const escapeXml = (text: string): string =>
  writable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Width of a character in DejaVu Sans, wider than most, as a share of the font's size. */
function widthOf(character: string): number {
  if (/[il.,:;'|!()[\]fjtr \u00a0]/.test(character)) return 0.4;
  if (/[mwMW@%—]/.test(character)) return 0.95;
  if (/[A-ZÁÉÍÓÚÑÜ]/.test(character)) return 0.72;
  if (character <= '\u024f') return 0.62;
  return character >= '\u2e80' ? 1.2 : 0.8;
}

/** About how wide a text is, in CSS pixels; rather too much than too little. */
export const textWidth = (text: string, fontSize: number): number =>
  [...text].reduce((sum, character) => sum + widthOf(character), 0) * fontSize;

/** The widest of several texts. */
export const widestOf = (texts: readonly string[], fontSize: number): number =>
  texts.reduce((widest, text) => Math.max(widest, textWidth(text, fontSize)), 0);

/** A text cut to a width, with an ellipsis where something is missing. */
export function fitted(text: string, width: number, fontSize: number): string {
  const shown = writable(text);
  if (textWidth(shown, fontSize) <= width) return shown;
  const characters = [...shown];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
