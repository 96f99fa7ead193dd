/** ONNX Runtime on the whole model as one graph, with the settings it has by itself: what transformers.js runs in Node. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { noise } from './noise.js';
import { serve } from './serve.js';

await serve(async ({ graph, frames, batch }: { graph: string; frames: number; batch: number }) => {
  const session = await InferenceSession.create(graph);
  const input_values = new Tensor('float32', noise(batch * frames * 128), [batch, frames, 128]);
  return { run: async () => (await session.run({ input_values }))['logits']!.data as Float32Array };
});
