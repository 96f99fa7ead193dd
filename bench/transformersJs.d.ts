// What the benchmarks use of transformers.js: declared here, so that types check where bench/ is not installed.
declare module '@huggingface/transformers' {
  export const env: { allowRemoteModels: boolean; localModelPath: string };
  export const AutoFeatureExtractor: {
    from_pretrained(
      name: string,
    ): Promise<(samples: Float32Array) => Promise<{ input_values: { data: Float32Array } }>>;
  };
  export function pipeline(
    task: 'audio-classification',
    name: string,
    options: { dtype: 'fp32' },
  ): Promise<(samples: Float32Array, options: { top_k: number }) => Promise<{ label: string; score: number }[]>>;
}
