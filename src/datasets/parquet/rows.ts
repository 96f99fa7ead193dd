import { DatasetError } from '../../errors.js';
import { parseEsc50Name } from '../esc50Name.js';
import type { ParquetColumns } from './columns.js';
import { type ParquetFile, type RowGroup, readColumn, rowGroupsOf, withOnlyField } from './rowGroups.js';

/** What is known of a row without its sound. */
export interface Row {
  readonly id: string;
  /** The file that the row names, whose sound it has or had. */
  readonly path: string | undefined;
  /** Its class, or its classes: as they are stored. */
  readonly values: readonly (string | number)[];
  readonly source: string | undefined;
  readonly fold: number | undefined;
  readonly group: RowGroup;
  /** Position within the row group. */
  readonly position: number;
}

const asText = (value: unknown): string | undefined =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : typeof value === 'string' ? value : undefined;

const asValue = (value: unknown): string | number | undefined =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : asText(value);

/** Reads what is known without sounds: classes, names, sources and folds of the rows of one file. */
export async function readRows(file: ParquetFile, columns: ParquetColumns): Promise<Row[]> {
  const { audio, label } = columns;
  const optional = (column: string | undefined) => (column === undefined ? [] : readColumn(file, column));
  const labels = await readColumn(file, label.column);
  const [sources, folds, paths] = [
    await optional(columns.source),
    await optional(columns.fold),
    await readPaths(file, audio),
  ];
  const places = rowGroupsOf(file).flatMap((group) =>
    Array.from({ length: group.end - group.start }, (_, position) => ({ group, position })),
  );
  return places.map(({ group, position }) => {
    const row = group.start + position;
    const path = asText(paths[row]) || undefined;
    const named = parseEsc50Name(path ?? '');
    const [source, fold] = [asValue(sources[row]), asValue(folds[row])];
    return {
      id: path ?? `${file.path}#${row}`,
      path,
      values: classesOf(labels[row], label, file.path, row),
      source: source === undefined ? named?.source : String(source),
      fold: fold === undefined ? named?.fold : Number(fold),
      group,
      position,
    };
  });
}

/** The paths of an audio column, without its sounds; none where it has none. */
async function readPaths(file: ParquetFile, { column, kind, hasPath }: ParquetColumns['audio']): Promise<unknown[]> {
  if (!hasPath) return kind === 'path' ? readColumn(file, column) : [];
  const structs = await readColumn(withOnlyField(file, column, 'path'), column);
  return structs.map((struct) => (struct as { path?: unknown } | null | undefined)?.path);
}

function classesOf(
  raw: unknown,
  { column, names, isList }: ParquetColumns['label'],
  file: string,
  row: number,
): (string | number)[] {
  const given = isList ? (Array.isArray(raw) ? raw : []) : [raw];
  const values = given.map(asValue);
  const isKnown = (value: string | number | undefined): value is string | number => value !== undefined && value !== '';
  if (values.length === 0 || !values.every(isKnown))
    throw new DatasetError(`${file}: row ${row} has no class in the column ${column}.`);
  const nameless = names && values.find((value) => names[Number(value)] === undefined);
  if (nameless !== undefined)
    throw new DatasetError(
      `${file}: row ${row} has class ${nameless}; ` +
        `the ClassLabel ${column} has the classes 0 to ${names!.length - 1}.`,
    );
  return [...new Set(values)];
}

/** Names that occur once stay; the others get the file and row, so that an id means one recording. */
export function withUniqueIds(rows: readonly Row[]): Row[] {
  const counts = new Map<string, number>();
  for (const { id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return rows.map((row) =>
    counts.get(row.id) === 1 ? row : { ...row, id: `${row.group.file.path}#${row.group.start + row.position}` },
  );
}
