import { describe, expect, it } from 'vitest';
import { classificationReport } from '../../src/metrics/index.js';
import {
  plotAttention,
  plotEmbeddings,
  plotPerClass,
  plotPredictionBias,
  plotReliability,
  plotRobustness,
  plotTrainingCurves,
} from '../../src/plots/index.js';
import { createRandom } from '../../src/random.js';
import type { AttentionMap, RobustnessCurve, TrainingHistory } from '../../src/results/index.js';
import { faults, imagesOf, pixelsOf, textsOf, tickOf } from './readPicture.js';

/** Points of each line of a kind of mark. */
const linesOf = (svg: string): number[] =>
  [...svg.matchAll(/aria-label="line">(.*?)<\/g>/g)].flatMap(([, group]) =>
    [...group!.matchAll(/ d="(M[^"]+)"/g)].map(([, path]) => path!.split(/[ML]/).length - 1),
  );
const dotsOf = (svg: string): number[] =>
  [...svg.matchAll(/aria-label="dot">(.*?)<\/g>/gs)].map(([, group]) => group!.match(/<(circle|path)/g)?.length ?? 0);
const wordsOf = (svg: string): string[] => textsOf(svg).map(({ text }) => text);

const history = (steps: number, evaluations: number): TrainingHistory => ({
  steps: Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    epoch: (i + 1) / 10,
    loss: 2 / (i + 1),
    learningRate: 1e-4,
  })),
  evaluations: Array.from({ length: evaluations }, (_, i) => ({
    step: 10 * i,
    epoch: i + 1,
    loss: 1 / (i + 1),
    accuracy: 0.5,
  })),
});

describe('plotTrainingCurves', () => {
  it('has a point for every step and every evaluation', async () => {
    const { svg } = await plotTrainingCurves(history(30, 3));
    expect(linesOf(svg)).toEqual([30, 3, 3]);
    expect(dotsOf(svg)).toEqual([3, 3]);
    for (const text of ['Loss', 'Accuracy', 'Epoch', 'training', 'evaluation']) expect(wordsOf(svg)).toContain(text);
    expect(svg).not.toMatch(faults);
  });

  it('averages steps that would share a pixel, and leaves gaps where a loss is not a number', async () => {
    expect(linesOf((await plotTrainingCurves(history(4000, 2))).svg)).toEqual([400, 2, 2]);
    const { steps, evaluations } = history(3, 3);
    const broken = {
      steps,
      evaluations: evaluations.map((each, i) => (i === 1 ? { ...each, loss: Number.NaN } : each)),
    };
    expect((await plotTrainingCurves(broken)).svg).not.toMatch(faults);
  });

  it('lays several over each other and names them', async () => {
    const { svg } = await plotTrainingCurves([history(5, 2), history(6, 0), history(0, 1)], {
      names: ['a', '<b>', 'c'],
    });
    expect(linesOf(svg)).toEqual([5, 2, 6, 1, 2, 1]);
    for (const name of ['a', '&lt;b&gt;', 'c']) expect(wordsOf(svg)).toContain(name);
  });

  it('refuses to draw nothing', async () => {
    await expect(plotTrainingCurves([])).rejects.toThrow('histories is empty');
    await expect(plotTrainingCurves(history(0, 0))).rejects.toThrow('history 0 has no steps and no evaluations');
    await expect(plotTrainingCurves(history(1, 0), { names: ['a', 'b'] })).rejects.toThrow('got 2 names');
  });
});

describe('plotPerClass', () => {
  const report = classificationReport([0, 0, 1, 1, 2, 2], [0, 0, 1, 0, 1, 0], { targetNames: ['rain', 'wind', 'dog'] });

  it('has three marks and the support of each class, best first, the best and the worst marked', async () => {
    const { svg } = await plotPerClass(report, { k: 1 });
    expect(dotsOf(svg)).toEqual([3, 3, 3]);
    expect(svg).toContain('rain\nF1: 0.667');
    const y = (name: string) => tickOf(svg, name).y;
    expect(y('rain')).toBeLessThan(y('wind'));
    expect(y('wind')).toBeLessThan(y('dog'));
    expect(Math.abs(tickOf(svg, 'best').y - y('rain'))).toBeLessThan(1);
    expect(Math.abs(tickOf(svg, 'worst').y - y('dog'))).toBeLessThan(1);
    expect(wordsOf(svg).filter((text) => text === '2')).toHaveLength(3);
    expect(svg).not.toMatch(faults);
  });

  it('places a score at its tick', async () => {
    const { svg } = await plotPerClass(report, { order: 'report' });
    const recall = /aria-label="dot">(?:(?!aria-label).)*rain\nRecall/s.exec(svg)![0];
    const x = [...recall.matchAll(/translate\(([\d.]+),/g)].at(-1)![1];
    expect(Number(x)).toBeCloseTo(tickOf(svg, '1').x, 0);
  });

  it('refuses a report without classes, and scores that are none', async () => {
    await expect(plotPerClass({ ...report, classes: [] })).rejects.toThrow('the report has no classes');
    const [first] = report.classes;
    await expect(plotPerClass({ ...report, classes: [{ ...first!, recall: 2 }] })).rejects.toThrow(
      'from 0 to 1, got 2',
    );
    await expect(plotPerClass(report, { k: 0 })).rejects.toThrow('k must be a positive integer, got 0');
  });
});

describe('plotAttention', () => {
  const [frames, bins] = [64, 32];
  const spectrogram = { data: new Float32Array(frames * bins).fill(-8), frames, bins };
  const modelConfig = { patchSize: 16, frequencyStride: 16, timeStride: 16 };
  const map = (weights: number[]): AttentionMap => ({ method: 'rollout', frequencies: 2, times: 4, weights });

  it('colours the patch that has the weight, frequencies upwards and times to the right', async () => {
    const picture = await plotAttention(spectrogram, map([0, 0, 0, 1, 0, 0, 0, 0]), { modelConfig });
    const pixels = await pixelsOf(picture);
    const image = imagesOf(picture.svg).find(({ png }) => png.width === frames)!;
    const colour = (column: number, row: number) => {
      const [red, , blue] = pixels.at(
        image.x + (image.width * (column + 0.5)) / 4,
        image.y + (image.height * (row + 0.5)) / 2,
      );
      return red! - blue!;
    };
    expect(colour(3, 1)).toBeGreaterThan(60); // lowest frequencies, last time
    for (const [column, row] of [
      [0, 0],
      [3, 0],
      [0, 1],
      [2, 1],
    ] as const)
      expect(Math.abs(colour(column, row))).toBeLessThan(5);
    expect(picture.svg).toContain('Attention rollout: 2 × 4. Weight (1 = even): 0 – 8.');
    expect(picture.svg).not.toMatch(faults);
  });

  it('refuses weights that do not belong to the spectrogram', async () => {
    const refused = (attention: AttentionMap, options = {}) =>
      expect(plotAttention(spectrogram, attention, { modelConfig, ...options })).rejects;
    await refused(map([1, 2])).toThrow('weights must hold frequencies x times = 2 x 4 values, got 2');
    await refused(map([1, 2, 3, 4, 5, 6, 7, -1])).toThrow(
      'weights must hold finite numbers, 0 or more, got -1 at index 7',
    );
    await refused({ ...map([1, 1, 1, 1]), times: 2 }).toThrow('has 2 x 4 patches of 16 x 16');
    await refused(map(Array(8).fill(1)), { modelConfig: undefined }).toThrow('got weights of 2 x 4');
  });
});

describe('plotEmbeddings', () => {
  const random = createRandom(1);
  const labels = Array.from({ length: 45 }, (_, i) => i % 3);
  const embeddings = labels.map((label) =>
    Array.from({ length: 8 }, (_, d) => (d === label ? 9 : 0) + random.normal()),
  );

  it('puts clips of a class together, the same for the same seed', async () => {
    const [first, again, other] = [1, 1, 2].map((seed) =>
      plotEmbeddings(embeddings, labels, { seed, labelNames: ['a', 'b', 'c'] }),
    );
    const { svg } = await first!;
    expect((await again!).svg).toBe(svg);
    expect((await other!).svg).not.toBe(svg);
    const points = [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)[^>]*><title>([abc])</g)].map(([, x, y, name]) => ({
      x: Number(x),
      y: Number(y),
      name,
    }));
    expect(points).toHaveLength(45);
    const near = points.map(
      (a) =>
        points
          .filter((b) => b !== a)
          .sort((b, c) => Math.hypot(b.x - a.x, b.y - a.y) - Math.hypot(c.x - a.x, c.y - a.y))[0]!,
    );
    expect(near.filter(({ name }, i) => name === points[i]!.name)).toHaveLength(45);
    expect(svg).not.toMatch(faults);
  });

  it('leaves points of two dimensions where they are; one class and one point will do', async () => {
    expect(
      dotsOf(
        (
          await plotEmbeddings(
            [
              [0, 0],
              [1, 2],
              [3, 3],
            ],
            [0, 0, 0],
          )
        ).svg,
      ),
    ).toEqual([3]);
    expect((await plotEmbeddings([[5, 5]], [0])).svg).not.toMatch(faults);
  });

  it('tells fifty classes apart by colour and shape, and names them all', async () => {
    const points = Array.from({ length: 50 }, (_, i): [number, number] => [i % 7, Math.floor(i / 7)]);
    const picture = await plotEmbeddings(
      points,
      points.map((_, i) => i),
      { labelNames: points.map((_, i) => `class ${i}`) },
    );
    const looks = [...picture.svg.matchAll(/<g transform="translate\([^)]*\)">(<path[^>]*>)<text[^>]*>class/g)].map(
      ([, mark]) => mark,
    );
    expect(looks).toHaveLength(50);
    expect(new Set(looks).size).toBe(50);
    const places = [...picture.svg.matchAll(/<g transform="translate\(([\d.]+),([\d.]+)\)">/g)];
    for (const [, x, y] of places) expect(Number(x) < picture.width && Number(y) < picture.height).toBe(true);
  });

  it('refuses points that it cannot place', async () => {
    await expect(plotEmbeddings([], [])).rejects.toThrow('embeddings is empty');
    await expect(plotEmbeddings([[1, 2]], [])).rejects.toThrow('labels must have one entry for each of 1 clips, got 0');
    await expect(plotEmbeddings([[1, 2, 3]], [0])).rejects.toThrow(
      'embeddings must hold 4 clips or more to be projected, got 1',
    );
    await expect(plotEmbeddings([[1, 2], [1]], [0, 0])).rejects.toThrow(
      'rows of one length, 2 or more, got 2 in row 0 and 1 in row 1',
    );
    await expect(plotEmbeddings([[1, 2]], [2], { labelNames: ['a'] })).rejects.toThrow('integers from 0 to 0');
    await expect(plotEmbeddings([[1, 2]], [0], { nNeighbors: 1 })).rejects.toThrow(
      'nNeighbors must be an integer, 2 or more',
    );
  });
});

describe('plotReliability', () => {
  const bins = [
    { low: 0, high: 0.5, count: 0, confidence: Number.NaN, accuracy: Number.NaN },
    { low: 0.5, high: 1, count: 12, confidence: 0.9, accuracy: 0.75 },
  ];

  it('has a bar as high as the accuracy where there are clips, and nothing where there are none', async () => {
    const { svg } = await plotReliability({ bins, expectedCalibrationError: 0.15 });
    const [bar] = [
      ...svg.matchAll(/<rect ([^>]*)><title>Confidence: 0.5 – 1 \(0.9\)\nAccuracy: 0.75\nClips: 12</g),
    ].map(([, text]) => text!);
    const top = Number(/ y="([\d.]+)"/.exec(` ${bar}`)![1]);

    const [zero, one] = [textsOf(svg).find(({ text, x }) => text === '0' && x < 70)!.y, tickOf(svg, '1').y];
    expect((zero - top) / (zero - one)).toBeCloseTo(0.75, 2);
    expect(wordsOf(svg)).toContain('Expected calibration error: 0.15');
    expect(svg).not.toMatch(faults);
  });

  it('refuses bins without clips', async () => {
    await expect(plotReliability({ bins: [], expectedCalibrationError: 0 })).rejects.toThrow('the diagram has no bins');
    await expect(plotReliability({ bins: bins.slice(0, 1), expectedCalibrationError: 0 })).rejects.toThrow(
      'have no clips',
    );
    await expect(plotReliability({ bins, expectedCalibrationError: 2 })).rejects.toThrow('from 0 to 1, got 2');
  });
});

describe('plotRobustness', () => {
  const curve = (kind: string): RobustnessCurve => ({
    kind,
    unit: 'dB',
    points: [30, 10, 0].map((severity, i) => ({
      severity,
      accuracy: 0.9 - 0.2 * i,
      recall: [0.9, 0.9 - 0.4 * i, Number.NaN],
    })),
  });

  it('has a chart for each curve, in the order of its severities, and names the class that loses most', async () => {
    const { svg } = await plotRobustness([curve('noise'), curve('reverb')], { labels: ['rain', 'wind', 'dog'] });
    expect(dotsOf(svg)).toEqual([3, 3]);
    expect(wordsOf(svg)).toContain('Signal-to-noise ratio (dB)');
    expect(wordsOf(svg)).toContain('reverb (dB)');
    expect(wordsOf(svg).filter((text) => text === 'wind −0.8')).toHaveLength(2);
    expect(tickOf(svg, '30').x).toBeLessThan(tickOf(svg, '0').x + 1000);
    expect(svg).not.toMatch(faults);
  });

  it('refuses curves that say nothing, or of other classes', async () => {
    await expect(plotRobustness([])).rejects.toThrow('curves is empty');
    await expect(plotRobustness([{ ...curve('noise'), points: [] }])).rejects.toThrow(
      "the curve 'noise' has no points",
    );
    await expect(plotRobustness([curve('noise')], { labels: ['a'] })).rejects.toThrow(
      "recall of 'noise' must have 1 classes, as labels has, got 3",
    );
  });
});

describe('plotPredictionBias', () => {
  it('orders classes from named too often to named too rarely', async () => {
    const frequencies = [
      { trueFrequency: 0.5, predictedFrequency: 0.3 },
      { trueFrequency: 0.5, predictedFrequency: 0.7 },
    ];
    const { svg } = await plotPredictionBias(frequencies, ['rare', 'frequent']);
    expect(tickOf(svg, 'frequent').y).toBeLessThan(tickOf(svg, 'rare').y);
    expect(Math.abs(tickOf(svg, '+20').y - tickOf(svg, 'frequent').y)).toBeLessThan(1);
    expect(wordsOf(svg)).toContain('−20');
    expect(svg).not.toMatch(faults);
  });

  it('refuses frequencies that are none', async () => {
    await expect(plotPredictionBias([], [])).rejects.toThrow('frequencies is empty');
    await expect(plotPredictionBias([{ trueFrequency: 2, predictedFrequency: 0 }], ['a'])).rejects.toThrow(
      "frequencies of 'a' must hold",
    );
  });
});
