import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvaluationError } from '../../src/errors.js';
import { reportHtml } from '../../src/report/index.js';
import type { PageData } from '../../src/report/pageData.js';
import type { EvaluationResult } from '../../src/results/index.js';
import { describeWithShared, sharedPath } from '../support/golden.js';
import { fakeResult, fakeSounds } from './reportFixtures.js';

const dataOf = (page: string): PageData =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!) as PageData;

/** Says what is missing, rather than the whole page. */
const expectIn = (page: string, text: string): void => expect(page.includes(text), text).toBe(true);
const expectNot = (page: string, text: string): void => expect(page.includes(text), text).toBe(false);

const wrongOf = ({ clips }: EvaluationResult): string[] =>
  clips.filter(({ label, prediction }) => label !== prediction).map(({ id }) => id);

/** The numbers in a row of the classes' table, as they were before they were rounded. */
function classNumbers(page: string, name: string): number[] {
  const table = /<table class="data sortable">.*?<\/table>/s.exec(page)![0];
  const row = table.split('<tr>').find((text) => text.includes(`data-value="${name}"`))!;
  return [...row.matchAll(/data-number="([^"]+)"/g)].map(([, number]) => Number(number));
}

describe('reportHtml', () => {
  it('tells without a data set that there are no sounds, and with one how many', async () => {
    const result = fakeResult();
    expectIn(await reportHtml(result), 'the report was made without the data set');
    const page = await reportHtml(result, { dataset: fakeSounds() });
    expectIn(page, '24 of 24 clips with sound');
    expect(Object.keys(dataOf(page).media)).toHaveLength(24);
  });

  it('keeps to its size: mistakes have sound first, and the page says that others have none', async () => {
    const result = fakeResult();
    const maxBytes = (await reportHtml(result)).length + 220_000;
    const page = await reportHtml(result, { dataset: fakeSounds(), maxBytes });
    expect(new TextEncoder().encode(page).length).toBeLessThanOrEqual(maxBytes);
    expectIn(page, 'the rest was left out to keep this file below');
    const ids = Object.keys(dataOf(page).media);
    expect(ids.length).toBeLessThan(24);
    expect(ids).toEqual(expect.arrayContaining(wrongOf(result)));
  });

  it("gives sound to mistakes and their counterparts with sounds: 'errors', and to none with 'none'", async () => {
    const dataset = fakeSounds();
    const soundsOf = async (sounds: 'errors' | 'none'): Promise<number> => {
      const { media } = dataOf(await reportHtml(fakeResult(), { dataset, sounds }));
      return Object.values(media).filter(({ sound }) => sound).length;
    };
    expect(await soundsOf('none')).toBe(0);
    const errors = await soundsOf('errors');
    expect(errors).toBeGreaterThanOrEqual(wrongOf(fakeResult()).length);
    expect(errors).toBeLessThan(24);
  });

  it('writes names as text, whatever is in them', async () => {
    const names = ['</script><script>alert(1)</script>', 'a"b\'c', '<img src=x onerror=alert(1)>'];
    const page = await reportHtml(fakeResult({ names, name: '<b>bold</b>' }));
    expect(page).not.toMatch(/<script>alert|<img src=x|<b>bold/);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(dataOf(page).results[0]!.labels).toEqual(names);
  });

  it('loads nothing by an address, and has a policy that forbids it', async () => {
    const page = await reportHtml(fakeResult(), { dataset: fakeSounds() });
    expectIn(page, 'default-src &#39;none&#39;; img-src data:; media-src blob:');
    expect(page).not.toMatch(/(?:src|href)="https?:|url\(\s*["']?https?:|@import/);
  });

  it('compares several results with a paired test', async () => {
    const page = await reportHtml([fakeResult({ name: 'first' }), fakeResult({ name: 'second', skill: 3, seed: 2 })]);
    expectIn(page, '2 models on sounds');
    expectIn(page, 'p (McNemar)');
  });

  it('is made of sounds with several classes each, without a confusion matrix', async () => {
    const { clips, ...result } = fakeResult();
    const page = await reportHtml(
      {
        ...result,
        problemType: 'multi_label_classification',
        clips: clips.map((clip) => ({ ...clip, classes: [clip.label, (clip.label + 1) % 3] })),
      },
      { language: 'es' },
    );
    expectIn(page, '<html lang="es"');
    expectNot(page, 'id="confusion-0"');
    expectIn(page, 'Precisión media promedio');
  });

  it('is made where every clip is right, a class has no clip, and nothing is known of training', async () => {
    const { training: _, robustness: __, ...result } = fakeResult({ skill: 100, names: ['a', 'b'], clips: 6 });
    const page = await reportHtml({ ...result, clips: result.clips.filter(({ label }) => label === 0) });
    expectIn(page, 'No class is taken for another.');
    expectNot(page, 'id="training-0"');
    expectNot(page.replaceAll(/data-\w+="[^"]*"|<script.*?<\/script>/gs, ''), 'NaN');
  });

  it('refuses what no report can be made of', async () => {
    await expect(reportHtml([])).rejects.toThrow(EvaluationError);
    await expect(reportHtml({ clips: [] } as unknown as EvaluationResult)).rejects.toThrow('is no evaluation');
    const refused = (options: object): Promise<string> => reportHtml(fakeResult(), options);
    await expect(refused({ language: 'fr' })).rejects.toThrow("language must be 'en' or 'es', got 'fr'.");
    await expect(refused({ sounds: 'some' })).rejects.toThrow("sounds must be 'errors', 'all' or 'none', got 'some'.");
    await expect(refused({ maxBytes: 10 })).rejects.toThrow('maxBytes must be a number of 100000 or more, got 10.');
    await expect(refused({ dataset: fakeSounds(3) })).rejects.toThrow('The data set sounds has no clip');
    const others = [fakeResult({ name: 'a' }), fakeResult({ name: 'b', clips: 6 })];
    await expect(reportHtml(others)).rejects.toThrow(EvaluationError);
  });
});

describeWithShared('the numbers of the report', 'golden/metrics/sklearn.json', () => {
  interface Case {
    y_true: number[];
    y_pred: number[];
    options: { target_names?: string[] };
    report_dict: Record<string, { precision: number; recall: number; 'f1-score': number; support: number }>;
    accuracy: number;
  }

  it("are scikit-learn's", async () => {
    const text = readFileSync(sharedPath('golden/metrics/sklearn.json'), 'utf8').replace(/\bNaN\b/g, 'null');
    const { y_true, y_pred, options, report_dict, accuracy } = (JSON.parse(text) as { cases: Case[] }).cases[0]!;
    const names = options.target_names!;
    const clips = y_true.map((label, i) => {
      const scores = names.map((_, j) => (j === y_pred[i] ? 0.7 : 0.3 / (names.length - 1)));
      return { id: String(i), label, prediction: y_pred[i]!, scores, logits: scores.map(Math.log), loss: 1 };
    });
    const page = await reportHtml({ ...fakeResult({ names }), clips });
    for (const name of names) {
      const { precision, recall, 'f1-score': f1, support } = report_dict[name]!;
      const shown = classNumbers(page, name);
      for (const [i, value] of [precision, recall, f1].entries()) expect(shown[i]).toBeCloseTo(value, 12);
      expect(shown[4]).toBe(support);
    }
    const headline = /<strong><span class="number" data-number="([^"]+)"/.exec(page)!;
    expect(Number(headline[1])).toBeCloseTo(accuracy, 12);
  });
});
