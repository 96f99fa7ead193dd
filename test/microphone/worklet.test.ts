import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { PROCESSOR_NAME, workletSource } from '../../src/microphone/worklet.js';

interface Processor {
  port: { onmessage(): void };
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

/** The processor as an audio thread has it, and what it has sent. */
function startProcessor(length: number): { processor: Processor; sent: (Float32Array | undefined)[] } {
  const sent: (Float32Array | undefined)[] = [];
  let made: (new (options: object) => Processor) | undefined;
  runInNewContext(workletSource, {
    Float32Array,
    AudioWorkletProcessor: class {
      port = { postMessage: (message: Float32Array | undefined) => sent.push(message) };
    },
    registerProcessor(name: string, processor: typeof made) {
      expect(name).toBe(PROCESSOR_NAME);
      made = processor;
    },
  });
  return { processor: new made!({ processorOptions: { length } }), sent };
}

it('the audio thread sends every sample once, in order, silence while no device sends, and the rest when it is asked to end', () => {
  const { processor, sent } = startProcessor(300);
  const expected: number[] = [];
  for (let call = 0; call < 10; call++) {
    const samples = Float32Array.from({ length: 128 }, (_, i) => 1 + call * 128 + i);
    expected.push(...(call === 4 ? new Float32Array(128) : samples));
    expect(processor.process([call === 4 ? [] : [samples]], [[new Float32Array(128)]])).toBe(true);
  }
  expect(sent.map((piece) => piece?.length)).toEqual([300, 300, 300, 300]);
  processor.port.onmessage();
  expect(sent.at(-1)).toBeUndefined();
  expect(sent.flatMap((piece) => [...(piece ?? [])])).toEqual(expected);
  expect(processor.process([[new Float32Array(128)]], [[new Float32Array(128)]])).toBe(false);
  expect(sent).toHaveLength(6);
});
