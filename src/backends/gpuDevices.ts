import { existsSync } from 'node:fs';

/** What Linux calls GPUs: those with a driver of the kernel, of NVIDIA, and of Windows around it. */
const devices = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/**
 * Why there can be no GPU here, where that is known without loading anything: Dawn takes a while, and prints to the terminal
 * what it did not find. Whoever names a driver of Vulkan in the environment knows better.
 */
export function lacksGpu(): string | undefined {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  if (process.platform !== 'linux' || VK_ICD_FILENAMES || VK_DRIVER_FILES || devices.some(existsSync)) return undefined;
  return `This machine has no GPU: there is none of ${devices.join(', ')}.`;
}
