import { DatasetError } from '../errors.js';

/**
 * The rows of a CSV table or, for a name in `.jsonl`, of JSON objects line by line; values as text.
 *
 * @param required Columns that it must have.
 * @param advice What to do when one is missing.
 * @throws DatasetError when it cannot be parsed, is empty or lacks a column.
 */
export async function parseTable(
  text: string,
  name: string,
  path: string,
  required: readonly string[],
  advice = '',
): Promise<Record<string, string>[]> {
  const rows = path.endsWith('.jsonl') ? parseJsonLines(text, name) : await parseCsv(text, name);
  if (!rows[0]) throw new DatasetError(`${name} lists no recordings.`);
  const missing = required.filter((column) => !(column in rows[0]!));
  if (missing.length > 0)
    throw new DatasetError(
      `${name} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}; ` +
        `expected ${required.join(', ')}, got ${Object.keys(rows[0]).join(', ')}${advice}.`,
    );
  return rows;
}

async function parseCsv(text: string, name: string): Promise<Record<string, string>[]> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  try {
    return parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw new DatasetError(`${name} is not a valid CSV table: ${(cause as Error).message}`, { cause });
  }
}

function parseJsonLines(text: string, name: string): Record<string, string>[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch (cause) {
      throw new DatasetError(`${name}, line ${index + 1}, is not valid JSON: ${(cause as Error).message}`, { cause });
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new DatasetError(
        `${name}, line ${index + 1}: expected an object such as {"file_name": "a.wav"}, got ${line}.`,
      );
    const cells = Object.entries(row).map(([column, value]) => [column, String(value ?? '')] as const);
    return [Object.fromEntries(cells)];
  });
}
