/** ONNX models as data: a graph of operators, written in one expression. */

/** Element types of tensors in ONNX, and their numbers there. */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
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

export type Constant = number | { uint8: number } | readonly number[];

/** A graph with inputs and outputs of any shape, but those that `shapes` names. */
export interface Graph {
  /** Names with element types; float32 unless said. */
  inputs: Readonly<Record<string, ElementType>>;
  outputs: readonly string[];
  nodes: readonly Node[];
  /** Constants: scalars in float32 or, where they say so, uint8; lists of integers in int64. */
  constants?: Readonly<Record<string, Constant>>;
  /** Inputs, and outputs of float32, whose shape is told: sizes, and names of those that may be any. */
  shapes?: Readonly<Record<string, readonly (number | string)[]>>;
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
