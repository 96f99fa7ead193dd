import type { Encoding, SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';

/** How the column `audio` is stored: the struct that Hugging Face writes, or plain bytes. */
export const structAudio: readonly SchemaElement[] = [
  { name: 'audio', repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];
export const binaryAudio: readonly SchemaElement[] = [
  { name: 'audio', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
];
export const integers = (name: string, type: 'INT32' | 'INT64' = 'INT64'): SchemaElement[] => [
  { name, type, repetition_type: 'OPTIONAL' },
];
export const text = (name: string): SchemaElement[] => [
  { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];

/** The metadata that `datasets` of Hugging Face puts into its Parquet files. */
export const classLabel = (names: unknown, label = 'label') => ({
  info: { features: { audio: { _type: 'Audio' }, [label]: { names, _type: 'ClassLabel' } } },
});

/** A Parquet file of these columns: each has the elements of its schema, the name first, its values, and perhaps their encoding. */
export function writeParquet(
  columns: readonly (readonly [schema: readonly SchemaElement[], values: readonly unknown[], encoding?: Encoding])[],
  {
    huggingface,
    rowGroupSize = 100,
    codec = 'SNAPPY',
  }: { huggingface?: unknown; rowGroupSize?: number; codec?: 'SNAPPY' | 'UNCOMPRESSED' } = {},
): Uint8Array {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(([schema]) => schema)],
    columnData: columns.map(([schema, values, encoding]) => ({
      name: schema[0]!.name,
      data: [...values],
      ...(encoding && { encoding }),
    })),
    rowGroupSize,
    codec,
    kvMetadata: huggingface === undefined ? [] : [{ key: 'huggingface', value: JSON.stringify(huggingface) }],
  });
  return new Uint8Array(writer.getBuffer());
}
