/**
 * A string for YAML: JSON's strings are YAML's, but for characters that YAML wants escaped and JSON does not
 * ([YAML 1.2, 5.1](https://yaml.org/spec/1.2.2/#51-character-set)); halves of surrogate pairs are neither's.
 */
export const yamlString = (text: string): string =>
  JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Text in Markdown, on one line, that shows as it is. */
export const markdown = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&]/g, (character) => `\\${character}`);

/** A table in Markdown: the first column to the left, the others to the right. Cells are Markdown. */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map((_, i) => (i === 0 ? ':--' : '--:'))), ...rows.map(line)].join('\n');
}

/** A block of code, fenced by more backticks than it has. */
export function codeBlock(language: string, code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${code}\n${fence}`;
}
