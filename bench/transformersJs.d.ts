// What the benchmarks use of transformers.js: declared here, so that types check where bench/ is not installed.
declare module '@huggingface/transformers' {
  export const env: {
    allowRemoteModels: boolean;
    localModelPath: string;
    backends: { onnx: { wasm: { wasmPaths: string } } };
  };
  export const AutoFeatureExtractor: {
    from_pretrained(
      name: string,
    ): Promise<(samples: Float32Array) => Promise<{ input_values: { data: Float32Array } }>>;
  };
  export function pipeline(
    task: 'audio-classification',
    name: string,
    options: { dtype: 'fp32'; device?: 'wasm' },
  ): Promise<(sound: Float32Array | string, options: { top_k: number }) => Promise<{ label: string; score: number }[]>>;
}
