import { describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { formatPreprocessorConfig, parsePreprocessorConfig } from '../../src/audio/preprocessorFile.js';
import { CheckpointError } from '../../src/errors.js';

const FILE = {
  do_normalize: true,
  feature_extractor_type: 'ASTFeatureExtractor',
  feature_size: 1,
  max_length: 1024,
  mean: -4.2677393,
  num_mel_bins: 128,
  padding_side: 'right',
  padding_value: 0,
  return_attention_mask: false,
  sampling_rate: 16000,
  std: 4.5689974,
};

describe('settings of the extractor', () => {
  it('are those of ASTFeatureExtractor unless given', () => {
    expect(new MelSpectrogramExtractor().config).toEqual({
      samplingRate: 16000,
      numMelBins: 128,
      maxLength: 1024,
      doNormalize: true,
      mean: -4.2677393,
      std: 4.5689974,
      featureSize: 1,
      paddingSide: 'right',
      paddingValue: 0,
      returnAttentionMask: false,
      otherKeys: {},
    });
    expect(new MelSpectrogramExtractor({ maxLength: 512, mean: undefined }).config).toMatchObject({
      maxLength: 512,
      mean: -4.2677393,
    });
  });

  it('cannot be changed behind the extractor', () => {
    expect(() => Object.assign(new MelSpectrogramExtractor().config, { maxLength: 1 })).toThrow(TypeError);
  });

  it.each<[object, string]>([
    [{ samplingRate: 44100 }, 'Expected samplingRate to be 16000 Hz, the rate of all AST features, got 44100.'],
    [{ numMelBins: 3 }, 'Expected numMelBins to be an integer, 4 or more, got 3.'],
    [{ maxLength: 0.5 }, 'Expected maxLength to be an integer, 1 or more, got 0.5.'],
    [{ mean: Number.NaN }, 'Expected mean to be a finite number, got NaN.'],
    [{ std: 0 }, 'Expected std to be a finite number above 0, got 0.'],
    [{ num_mel_bins: 32 }, "There is no setting 'num_mel_bins'; expected samplingRate, numMelBins"],
  ])('are refused when out of range: %j', (config, message) => {
    expect(() => new MelSpectrogramExtractor(config)).toThrow(RangeError);
    expect(() => new MelSpectrogramExtractor(config)).toThrow(message);
  });
});

describe('preprocessor_config.json', () => {
  it('gives the defaults where it has no key', () => {
    expect(parsePreprocessorConfig({}, 'birds')).toEqual(new MelSpectrogramExtractor().config);
  });

  it('is written with the keys of Hugging Face, sorted, and unknown keys among them', () => {
    const text = formatPreprocessorConfig(parsePreprocessorConfig({ ...FILE, extra: null }, 'birds'));
    expect(JSON.parse(text)).toEqual({ ...FILE, extra: null });
    expect(Object.keys(JSON.parse(text))).toEqual([...Object.keys(FILE), 'extra'].sort());
    expect(text.endsWith('}\n')).toBe(true);
  });

  it.each([
    [{ num_mel_bins: '128' }, 'birds: preprocessor_config.json, key \'num_mel_bins\': expected number, got "128".'],
    [
      { num_mel_bins: -1 },
      'birds: preprocessor_config.json: Expected num_mel_bins to be an integer, 4 or more, got -1.',
    ],
    [
      { max_length: 10.5 },
      'birds: preprocessor_config.json: Expected max_length to be an integer, 1 or more, got 10.5.',
    ],
    [{ do_normalize: 1 }, "birds: preprocessor_config.json, key 'do_normalize': expected boolean, got 1."],
    [{ sampling_rate: 48000 }, 'birds: preprocessor_config.json: Expected sampling_rate to be 16000 Hz'],
    [{ std: 0 }, 'birds: preprocessor_config.json: Expected std to be a finite number above 0, got 0.'],
    [
      { feature_extractor_type: 'WhisperFeatureExtractor' },
      'key \'feature_extractor_type\': expected "ASTFeatureExtractor"',
    ],
    [null, "birds: preprocessor_config.json, key '(top)': expected Object, got null."],
  ])('is refused, naming the key, when it is %j', (json, message) => {
    expect(() => parsePreprocessorConfig(json, 'birds')).toThrow(CheckpointError);
    expect(() => parsePreprocessorConfig(json, 'birds')).toThrow(message);
  });
});
