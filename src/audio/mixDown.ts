/** What a decoder gives. */
export interface DecodedChannels {
  /** Samples of each channel, all as many. */
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

/** Samples of one rate, channels averaged. */
export interface DecodedPiece {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

/** Averages channels; `undefined` where there are no samples. */
export function mixDown({ channelData, sampleRate }: DecodedChannels): DecodedPiece | undefined {
  const [first, ...others] = channelData;
  if (!first?.length) return undefined;
  if (others.length === 0) return { samples: first, sampleRate };
  const samples = new Float32Array(first.length);
  for (let i = 0; i < samples.length; i++) {
    let sum = first[i]!;
    for (const channel of others) sum += channel[i]!;
    samples[i] = sum / channelData.length;
  }
  return { samples, sampleRate };
}
