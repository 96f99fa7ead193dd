/**
 * ONNX models as data: a graph of operators, written in one expression and encoded to the bytes that ONNX Runtime loads.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { type Bytes, float, int, message, text } from '../../protobuf.js';

/** Element types of tensors in ONNX. */
const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** Attributes of an operator: integers, lists of them, texts, or `{ float }`, for which JavaScript has no type of its own. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | { float: number }>>;

/** One operator: its outputs are named by the caller, so that others can refer to them. */
export interface Node {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Attributes;
  /** `'com.microsoft'` for ONNX Runtime's own operators. */
  domain?: string;
}

/** A graph with inputs and outputs of any shape. */
export interface Graph {
  /** Names with element types; float32 unless said. */
  inputs: Readonly<Record<string, ElementType>>;
  outputs: readonly string[];
  nodes: readonly Node[];
  /** Constants: scalars in float32, lists of integers in int64. */
  constants?: Readonly<Record<string, number | readonly number[]>>;
}

/** `x -> op(x)` and the like: a node without attributes, with one output. */
export const node = (op: string, inputs: readonly string[], output: string, attributes?: Attributes): Node => ({
  op,
  inputs,
  outputs: [output],
  ...(attributes && { attributes }),
});

/** The same for ONNX Runtime's own operators. */
export const microsoftNode = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes?: Attributes,
): Node => ({
  ...node(op, inputs, output, attributes),
  domain: 'com.microsoft',
});

/** Nodes that compute `y` from `x`; names between them start with `y`. */
export type Step = (x: string, y: string) => readonly Node[];

/** Steps one after the other, from one name to another. */
export const chain = (from: string, steps: readonly Step[], to: string): Node[] =>
  steps.flatMap((step, i) => step(i === 0 ? from : `${to}${i}`, i === steps.length - 1 ? to : `${to}${i + 1}`));

const IR_VERSION = 8;
const OPSET = 18;

/** The model's bytes. */
export function encodeModel({ inputs, outputs, nodes, constants = {} }: Graph): Uint8Array {
  const graph = [
    ...nodes.map((one) => message(1, ...encodeNode(one))),
    text(2, 'kernel'),
    ...Object.entries(constants).map(([name, value]) => message(5, ...encodeConstant(name, value))),
    ...Object.entries(inputs).map(([name, type]) => message(11, ...encodeValue(name, type))),
    ...outputs.map((name) => message(12, text(1, name))),
  ];
  const opset = (domain: string, version: number) => message(8, text(1, domain), int(2, version));
  const model = [int(1, IR_VERSION), opset('', OPSET), opset('com.microsoft', 1), message(7, ...graph)];
  return Uint8Array.from(model.flat());
}

function encodeNode({ op, inputs, outputs, attributes = {}, domain = '' }: Node): Bytes[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, text(1, name), ...encodeAttribute(value))),
    text(7, domain),
  ];
}

function encodeAttribute(value: Attributes[string]): Bytes[] {
  if (typeof value === 'number') return [int(3, value), int(20, 2)];
  if (typeof value === 'string') return [text(4, value), int(20, 3)];
  if ('float' in value) return [float(2, value.float), int(20, 1)];
  return [...value.map((one) => int(8, one)), int(20, 7)];
}

function encodeConstant(name: string, value: number | readonly number[]): Bytes[] {
  if (typeof value === 'number') return [int(2, elementTypes.float32), float(4, value), text(8, name)];
  return [int(1, value.length), int(2, elementTypes.int64), ...value.map((one) => int(7, one)), text(8, name)];
}

/** Without a shape: any rank and size. */
const encodeValue = (name: string, type: ElementType): Bytes[] => [
  text(1, name),
  message(2, message(1, int(1, elementTypes[type]))),
];
