import { type Bytes, float, int, message, text } from '../protobuf.js';
import { type Attributes, type Constant, type ElementType, elementTypes, type Graph, type Node } from './graph.js';

/** A graph of one kernel, as the bytes that ONNX Runtime loads. */
export function encodeModel(graph: Graph): Uint8Array {
  const opsets = { '': 18, 'com.microsoft': 1 };
  return Uint8Array.from([...encodeHeader(opsets), message(7, ...encodeGraph(graph, 'kernel'))].flat());
}

const IR_VERSION = 8;

/** What a model says besides its graph. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const encodeHeader = (opsets: Readonly<Record<string, number>>): Bytes[] => [
  int(1, IR_VERSION),
  ...Object.entries(opsets).map(([domain, version]) => message(8, text(1, domain), int(2, version))),
];

/** The fields of a graph. */
export const encodeGraph = (
  { inputs, outputs, nodes, constants = {}, shapes = {} }: Graph,
  graphName: string,
): Bytes[] => [
  ...nodes.map((one) => message(1, ...encodeNode(one))),
  text(2, graphName),
  ...Object.entries(constants).map(([name, value]) => message(5, ...encodeConstant(name, value))),
  ...Object.entries(inputs).map(([name, type]) => message(11, text(1, name), encodeType(type, shapes[name]))),
  ...outputs.map((name) => message(12, text(1, name), shapes[name] ? encodeType('float32', shapes[name]) : [])),
];

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

function encodeConstant(name: string, value: Constant): Bytes[] {
  if (typeof value === 'number') return [int(2, elementTypes.float32), float(4, value), text(8, name)];
  if ('uint8' in value) return [int(2, elementTypes.uint8), int(5, value.uint8), text(8, name)];
  return [int(1, value.length), int(2, elementTypes.int64), ...value.map((one) => int(7, one)), text(8, name)];
}

/** Without a shape: any rank and size. */
const encodeType = (type: ElementType, shape?: readonly (number | string)[]): Bytes =>
  message(2, message(1, int(1, elementTypes[type]), shape ? message(2, ...shape.map(encodeDimension)) : []));

const encodeDimension = (size: number | string): Bytes =>
  message(1, typeof size === 'number' ? int(1, size) : text(2, size));
