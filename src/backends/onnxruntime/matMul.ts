import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { chain, microsoftNode, type Step } from '../../onnx/index.js';
import { fusionOf } from './activations.js';
import { floats, type Inputs, type Kernel, type KernelTable, sizeOf } from './kernel.js';

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

/** Of `a · b` with either transposed: leading axes broadcast, the last two multiply, if they fit. */
function productShape(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: MatMulAttributes,
): number[] | undefined {
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [innerB, columns] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  if (inner !== innerB) return undefined;
  return [...backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

const matMul =
  (name: string): Kernel =>
  (backend, inputs, attributes) => {
    const { a, b } = inputs as Inputs & { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = attributes as unknown as MatMulAttributes;
    const fusion = fusionOf(inputs, attributes);
    if (!fusion || ![a, b].every((matrix) => matrix.dtype === 'float32' && sizeOf(matrix) > 0)) return undefined;
    const shape = productShape(a, b, { transposeA, transposeB });
    if (!shape || sizeOf({ shape }) * a.shape.at(-1)! < backend.options.smallTensor) return undefined;
    const y = backend.allocate(shape);
    const transposes = { transA: Number(transposeA), transB: Number(transposeB) };
    const product: Step = (from, to) => [microsoftNode('FusedMatMul', [from, 'b'], to, transposes)];
    const graph = () => ({
      inputs: floats('a', 'b', ...Object.keys(fusion.inputs)),
      outputs: ['y'],
      nodes: chain('a', [product, ...fusion.steps], 'y'),
      ...(fusion.constants && { constants: fusion.constants }),
    });
    backend.run(
      `${name} ${transposes.transA}${transposes.transB} ${fusion.name}`,
      graph,
      { a, b, ...fusion.inputs },
      { y },
    );
    return y;
  };

export const matMuls: KernelTable = { BatchMatMul: matMul('BatchMatMul'), _FusedMatMul: matMul('_FusedMatMul') };
