import { describe, expect, it } from 'vitest';
import { plotConfusionMatrix } from '../../src/plots/index.js';
import { brightness, faults, imagesOf, pixelsOf, textsOf } from './readPicture.js';

/** The cells of a matrix: colour, and what they say to a mouse. */
const cellsOf = (svg: string) =>
  [...svg.matchAll(/<rect ([^>]*)><title>True class: ([^<]*)\nPredicted class: ([^<]*)\nClips: ([^<]*)<\/title>/g)].map(
    ([, attributes, truth, prediction, clips]) => ({
      fill: /fill="([^"]+)"/.exec(attributes!)![1]!,
      x: Number(/ x="([\d.]+)"/.exec(` ${attributes}`)![1]),
      y: Number(/ y="([\d.]+)"/.exec(` ${attributes}`)![1]),
      truth,
      prediction,
      clips,
    }),
  );
const lightnessOf = (hex: string): number =>
  brightness(hex.match(/[\da-f]{2}/g)!.map((part) => Number.parseInt(part, 16)));
const names = ['rain', 'wind', 'dog'];
const counts = [
  [8, 2, 0],
  [1, 9, 0],
  [0, 4, 6],
];

describe('plotConfusionMatrix', () => {
  it('has a cell for every count but zero, rows for the truth, darker where there is more', async () => {
    const { svg } = await plotConfusionMatrix(counts, names);
    const cells = cellsOf(svg);
    expect(cells.map(({ truth, prediction, clips }) => `${truth} ${prediction} ${clips}`)).toEqual([
      'rain rain 8',
      'rain wind 2',
      'wind rain 1',
      'wind wind 9',
      'dog wind 4',
      'dog dog 6',
    ]);
    const byCount = [...cells].sort((a, b) => Number(a.clips) - Number(b.clips)).map(({ fill }) => lightnessOf(fill));
    expect(byCount).toEqual([...byCount].sort((a, b) => b - a));
    expect(new Set(byCount).size).toBe(6);
    // Truth downwards, predictions to the right.
    expect(cells[1]!.x).toBeGreaterThan(cells[0]!.x);
    expect(cells[1]!.y).toBe(cells[0]!.y);
    expect(cells[2]!.y).toBeGreaterThan(cells[0]!.y);
    expect(svg).toContain('Accuracy: 0.767 (23 / 30).');
    const texts = textsOf(svg).map(({ text }) => text);
    for (const text of ['True class', 'Predicted class', 'Clips', ...names]) expect(texts).toContain(text);
    expect(svg).not.toMatch(faults);
  });

  it('is brighter where there is more on a dark page', async () => {
    const cells = cellsOf((await plotConfusionMatrix(counts, names, { theme: 'dark' })).svg);
    const lightness = new Map(cells.map(({ clips, fill }) => [clips, lightnessOf(fill)]));
    expect(lightness.get('9')).toBeGreaterThan(lightness.get('1')!);
  });

  it.each([
    ['true', ['80', '20', '10', '90', '40', '60']],
    ['pred', ['89', '13', '11', '60', '27', '100']],
    ['all', ['27', '7', '3', '30', '13', '20']],
  ] as const)('shows percentages of %s', async (normalize, expected) => {
    const { svg } = await plotConfusionMatrix(counts, names, { normalize });
    const values = textsOf(svg.slice(svg.indexOf('aria-label="text"'))).map(({ text }) => text);
    expect(values.slice(0, 6)).toEqual(expected);
    expect(cellsOf(svg)[0]!.clips).toMatch(/^8 \(\d+\.\d %\)$/);
  });

  it('keeps fifty names and numbers at 11 px or more, and every name whole', async () => {
    const labels = Array.from({ length: 50 }, (_, i) => `class_number_${i}`);
    const matrix = labels.map((_, i) => labels.map((_, j) => (i === j ? 7 : Number(j === (i + 3) % 50))));
    const picture = await plotConfusionMatrix(matrix, labels);
    const sizes = [...picture.svg.matchAll(/font-size="([\d.]+)/g)].map(([, size]) => Number(size));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
    const texts = textsOf(picture.svg);
    for (const label of labels) expect(texts.filter(({ text }) => text === label)).toHaveLength(2);
    const rows = texts.filter(
      ({ text, x }) => text.startsWith('class') && x === texts.find((t) => t.text === 'class_number_0')?.x,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(texts.filter(({ text }) => text === '7').length).toBeGreaterThanOrEqual(50);
    expect(picture.svg.length).toBeLessThan(100_000);
    expect(picture.svg).not.toMatch(faults);
  });

  it('draws a full matrix of hundreds of classes as one image', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => String(i));
    const picture = await plotConfusionMatrix(
      labels.map((_, i) => labels.map((_, j) => (i === j ? 100 : 1 + ((i + j) % 5)))),
      labels,
    );
    const [cells] = imagesOf(picture.svg);
    expect([cells!.png.width, cells!.png.height]).toEqual([60, 60]);
    const diagonal = Array.from({ length: 60 }, (_, i) => cells!.png.data[i * 60 + i]);
    expect(new Set(diagonal).size).toBe(1);
    const pixels = await pixelsOf(picture);
    const side = cells!.width / 60;
    const at = (row: number, column: number) =>
      brightness(pixels.at(cells!.x + (column + 0.5) * side, cells!.y + (row + 0.2) * side));
    expect(at(5, 5)).toBeLessThan(at(5, 7));
    expect(picture.svg).not.toMatch(faults);
  });

  it('draws one class, and a class without clips', async () => {
    expect((await plotConfusionMatrix([[3]], ['only'])).svg).not.toMatch(faults);
    const empty = [
      [0, 0],
      [0, 0],
    ];
    for (const normalize of ['true', 'pred', 'all', undefined] as const)
      expect((await plotConfusionMatrix(empty, ['a', 'b'], { normalize })).svg).not.toMatch(faults);
  });

  it('fits the size that is asked for', async () => {
    const picture = await plotConfusionMatrix(counts, names, { width: 320, height: 240 });
    expect([picture.width, picture.height]).toEqual([320, 240]);
    for (const { x, y } of cellsOf(picture.svg)) expect(x < 320 && y < 240).toBe(true);
  });

  it('refuses what is no confusion matrix', async () => {
    await expect(plotConfusionMatrix([], [])).rejects.toThrow(RangeError);
    await expect(plotConfusionMatrix([[1, 2]], ['a'])).rejects.toThrow(
      'matrix must be square, got 2 columns in row 0 of 1',
    );
    await expect(plotConfusionMatrix(counts, ['a'])).rejects.toThrow('names must name each of the 3 classes');
    await expect(plotConfusionMatrix([[-1]], ['a'])).rejects.toThrow('negative');
    await expect(plotConfusionMatrix(counts, names, { normalize: 'row' as 'all' })).rejects.toThrow("got 'row'");
  });
});
