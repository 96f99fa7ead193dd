/** A process that downloads a file of a model; its parent may kill it. Its arguments: address and cache. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openRepository } from '../../src/hub/index.js';

const [hubUrl, cacheDir] = process.argv.slice(2) as [string, string];
const repository = await openRepository('me/birds', {
  hubUrl,
  cacheDir,
  onWarning: () => {},
  retry: { waitSeconds: 0.01 },
});
await new Promise((resolve) => process.send!('begins', resolve));
const before = restartPeak();
const source = await repository.open('model.safetensors');
await source.close();
await new Promise((resolve) => process.send!({ memory: restartPeak() - before }, resolve));
process.disconnect();

/** @returns the most memory of this process, in bytes, since this was last called, where the system tells (Linux) */
function restartPeak(): number {
  try {
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
    writeFileSync('/proc/self/clear_refs', '5');
    return peak;
  } catch {
    return 0;
  }
}
