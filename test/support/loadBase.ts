/**
 * Run by test/ast/base.test.ts in a process of its own, so that its peak memory is its own: loads a checkpoint, runs a
 * forward pass, prints what it took as JSON.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';

const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

await useBackend('wasm');
const before = process.memoryUsage().rss;
const begun = performance.now();
const model = await ASTForAudioClassification.fromPretrained(process.argv[2]!, { maxLength: 512 });
const loadSeconds = (performance.now() - begun) / 1000;
const loadBytes = peakBytes() - before;
const logits = model.forward(tf.zeros([1, 512, 128])).logits;
const values = [...(await logits.data())];
console.log(JSON.stringify({ loadSeconds, loadBytes, labels: values.length, finite: values.every(Number.isFinite) }));
