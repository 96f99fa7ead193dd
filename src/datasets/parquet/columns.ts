import type { FileMetaData, SchemaTree } from 'hyparquet';
import * as v from 'valibot';
import { DatasetError } from '../../errors.js';
import { labelColumns, sourceColumns } from '../columnNames.js';

/** How the sound and the class of a row are stored. */
export interface ParquetColumns {
  readonly audio: {
    readonly column: string;
    /** In a struct with `bytes`, as binary, or in a file that is named. */
    readonly kind: 'struct' | 'binary' | 'path';
    /** Whether it is a struct with the field `path`. */
    readonly hasPath: boolean;
  };
  readonly label: {
    readonly column: string;
    /** Those of a ClassLabel; without them the values themselves are the classes. */
    readonly names: readonly string[] | undefined;
    /** Whether a row has a list of classes. */
    readonly isList: boolean;
  };
  /** The column that names the longer recording a clip was cut from. */
  readonly source: string | undefined;
  /** The column of cross-validation folds. */
  readonly fold: string | undefined;
}

export interface ColumnOptions {
  /**
   * The column of sounds: a struct with the field `bytes` or `path`, binary, or text: the path of a file beside the Parquet file.
   * Default: the only such column with bytes; else the text column called audio, file_name, filename, path or file.
   */
  readonly audioColumn?: string;
  /**
   * The column of classes, or of lists of them. Default: the only ClassLabel; else the first text column, else the first integer
   * column, else the first list called label, labels, category, class, class_name, target or classID.
   */
  readonly labelColumn?: string;
}

const pathColumns = ['audio', 'file_name', 'filename', 'path', 'file'];

const namesSchema = v.union([
  v.array(v.string()),
  v.pipe(
    v.record(v.string(), v.string()), // { "0": "dog", "1": "rooster" }
    v.transform((names) => Object.keys(names).map((_, index) => names[index])),
    v.array(v.string()),
  ),
]);
const featureSchema = v.looseObject({
  _type: v.optional(v.string()),
  names: v.optional(namesSchema),
  dtype: v.optional(
    v.union([v.string(), v.looseObject({ class_label: v.optional(v.object({ names: namesSchema })) })]),
  ),
});
type Feature = v.InferOutput<typeof featureSchema>;
const featureRecord = v.union([
  v.pipe(
    v.array(v.looseObject({ name: v.string() })), // as in the header of a data set card
    v.transform(
      (features): Record<string, unknown> => Object.fromEntries(features.map((feature) => [feature.name, feature])),
    ),
  ),
  v.record(v.string(), v.unknown()),
]);
const metadataSchema = v.union([
  v.looseObject({ info: v.looseObject({ features: featureRecord }) }),
  v.pipe(
    v.looseObject({ features: featureRecord }),
    v.transform((info) => ({ info })),
  ),
]);

/** What the data set library wrote about each column under the key "huggingface"; other shapes than its own are no features. */
function readFeatures({ key_value_metadata }: FileMetaData, file: string): Map<string, Feature> {
  const text = key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (!text) return new Map();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DatasetError(`The "huggingface" metadata of ${file} is not valid JSON.`, { cause });
  }
  const metadata = v.safeParse(metadataSchema, json);
  if (!metadata.success) return new Map();
  return new Map(
    Object.entries(metadata.output.info.features).flatMap(([name, value]) => {
      const feature = v.safeParse(featureSchema, value);
      return feature.success ? [[name, feature.output] as const] : [];
    }),
  );
}

function classNames(feature: Feature | undefined): readonly string[] | undefined {
  if (feature?._type === 'ClassLabel') return feature.names;
  const item = v.safeParse(featureSchema, feature?.['feature']); // of a Sequence or List
  if (item.success) return classNames(item.output);
  return typeof feature?.dtype === 'object' ? feature.dtype.class_label?.names : undefined;
}

const isText = ({ element }: SchemaTree) =>
  element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING';
const isBinary = (node: SchemaTree) => node.element.type === 'BYTE_ARRAY' && !isText(node);
const isInteger = ({ element }: SchemaTree) =>
  (element.type === 'INT32' || element.type === 'INT64') &&
  (!element.converted_type || /^U?INT_\d+$/.test(element.converted_type));
/** What the items of a list are; `undefined` for what is no list: a group LIST of a repeated group of items. */
const itemOf = ({ element, children }: SchemaTree): SchemaTree | undefined =>
  element.converted_type === 'LIST' || element.logical_type?.type === 'LIST' ? children[0]?.children[0] : undefined;
const child = (node: SchemaTree, name: string) => node.children.find(({ element }) => element.name === name);

function typeOf(node: SchemaTree): string {
  const item = itemOf(node);
  if (item) return `list<${typeOf(item)}>`;
  if (node.children.length > 0)
    return `struct<${node.children.map((field) => `${field.element.name}: ${typeOf(field)}`).join(', ')}>`;
  if (isText(node)) return 'string';
  return isBinary(node) ? 'binary' : (node.element.converted_type ?? node.element.type ?? 'unknown').toLowerCase();
}

function audioKind(node: SchemaTree): ParquetColumns['audio']['kind'] | undefined {
  if (isBinary(node)) return 'binary';
  const [bytes, path] = [child(node, 'bytes'), child(node, 'path')];
  if (bytes && isBinary(bytes)) return 'struct';
  return isText(node) || (path && isText(path)) ? 'path' : undefined;
}

const audioKinds = 'a struct with the field "bytes" or "path", binary, or text: the path of a file beside it';

/**
 * Finds the columns of sounds and classes by looking at the schema.
 *
 * @param tree The parsed schema of the file.
 * @throws DatasetError that lists the columns and their types when a column is missing, unfit or not the only one.
 */
export function findColumns(
  tree: SchemaTree,
  metadata: FileMetaData,
  file: string,
  { audioColumn, labelColumn }: ColumnOptions,
): ParquetColumns {
  const features = readFeatures(metadata, file);
  const columns = new Map(tree.children.map((node) => [node.element.name, node]));
  const listing = tree.children.map((node) => {
    const names = classNames(features.get(node.element.name));
    return `${node.element.name}: ${typeOf(node)}${names ? ` (ClassLabel of ${names.length} names)` : ''}`;
  });
  const fail = (problem: string): never => {
    throw new DatasetError(`${file}: ${problem} Its columns are ${listing.join('; ')}.`);
  };

  const audioNodes = tree.children.filter((node) => audioKind(node));
  const declared = audioNodes.filter((node) => features.get(node.element.name)?._type === 'Audio');
  const embedded = audioNodes.filter((node) => audioKind(node) !== 'path');
  const paths = pathColumns.flatMap((name) => audioNodes.find(({ element }) => element.name === name) ?? []);
  const candidates = [declared, embedded, paths.slice(0, 1)].find(({ length }) => length > 0) ?? [];
  if (audioColumn === undefined && candidates.length !== 1)
    fail(
      candidates.length === 0
        ? `no column holds sounds (${audioKinds}).`
        : `${candidates.length} columns may hold sounds; choose one with audioColumn.`,
    );
  const audio = audioColumn === undefined ? candidates[0] : columns.get(audioColumn);
  const kind = audio && audioKind(audio);
  if (!audio || !kind) return fail(`audioColumn "${audioColumn}" must be ${audioKinds}.`);

  const isClass = (node: SchemaTree) => isText(node) || isInteger(node);
  const isClassList = (node: SchemaTree) => isClass(itemOf(node) ?? node);
  const labelled = tree.children.filter((node) => {
    const item = itemOf(node) ?? node;
    return isInteger(item) && classNames(features.get(node.element.name));
  });
  const named = [...labelColumns, 'labels'].flatMap((name) => columns.get(name) ?? []);
  if (labelColumn === undefined && labelled.length > 1)
    fail(`${labelled.length} columns are ClassLabels; choose one with labelColumn.`);
  const label =
    labelColumn === undefined
      ? (labelled[0] ?? named.find(isText) ?? named.find(isInteger) ?? named.find(isClassList))
      : columns.get(labelColumn);
  if (!label || !isClassList(label))
    return fail(
      labelColumn === undefined
        ? `no column is a ClassLabel or is called ${labelColumns.join(', ')}; choose one with labelColumn.`
        : `labelColumn "${labelColumn}" must hold integers or text, or lists of them.`,
    );
  const fold = columns.get('fold');
  return {
    audio: { column: audio.element.name, kind, hasPath: child(audio, 'path') !== undefined },
    label: {
      column: label.element.name,
      names: isInteger(itemOf(label) ?? label) ? classNames(features.get(label.element.name)) : undefined,
      isList: itemOf(label) !== undefined,
    },
    source: sourceColumns.find((name) => columns.has(name) && isClass(columns.get(name)!)),
    fold: fold && isInteger(fold) ? 'fold' : undefined,
  };
}
