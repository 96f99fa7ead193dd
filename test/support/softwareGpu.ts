import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openDawn } from '../../src/backends/dawn.js';

/** Vulkan on the CPU, which Debian's chromium brings along. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Lets Dawn find SwiftShader where it is installed and no driver was chosen: tests then compute the same on every machine. Must come
 * before Dawn is loaded, which reads the environment once.
 */
export function useSoftwareGpu(): void {
  if (!process.env['VK_ICD_FILENAMES'] && !process.env['VK_DRIVER_FILES'] && existsSync(SWIFTSHADER))
    process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // or a driver complains on standard error
}

/** Whether Dawn finds an adapter here; if not, why tests are skipped. */
export async function hasAdapter(): Promise<boolean> {
  useSoftwareGpu();
  const { gpu } = await openDawn({});
  return (await gpu.requestAdapter()) !== null;
}

export const NO_ADAPTER = 'Dawn finds no adapter: apt-get install chromium libvulkan1 brings one';

/**
 * Whether to run what takes minutes on a GPU of software, or a moment on a real one: `AST_TS_WEBGPU=all npm test`. What is left
 * without are the operations, parity with PyTorch, and errors.
 */
export const runsAllOnWebgpu = process.env['AST_TS_WEBGPU'] === 'all';

/** For the names of tests that are skipped. */
export const ONLY_WHEN_ASKED = 'slow without a GPU; AST_TS_WEBGPU=all runs it';
