import { describe, expect, it } from 'vitest';
import { detectEvents, type Timeline } from '../../src/ast/index.js';

/** Windows of `length` seconds, one every second; a row of scores for each label. */
const timelineOf = (rows: Record<string, number[]>, length = 1): Timeline => ({
  labels: Object.keys(rows),
  windows: Object.values(rows)[0]!.map((_, i) => ({
    start: i,
    end: i + length,
    classifications: [],
    scores: Float32Array.from(Object.values(rows), (row) => row[i]!),
  })),
});

describe('detectEvents', () => {
  it('merges windows that reach the threshold, and keeps the highest score', () => {
    const timeline = timelineOf({ dog: [0.25, 0.5, 0.75, 0.25, 1], rain: [1, 0, 0, 0, 0] });
    expect(detectEvents(timeline)).toEqual([
      { start: 0, end: 1, label: 'rain', score: 1 },
      { start: 1, end: 3, label: 'dog', score: 0.75 },
      { start: 4, end: 5, label: 'dog', score: 1 },
    ]);
    expect(detectEvents(timeline, { threshold: 0.25 })[0]).toEqual({ start: 0, end: 5, label: 'dog', score: 1 });
  });

  it('merges windows that overlap', () => {
    expect(detectEvents(timelineOf({ dog: [0, 1, 1, 0] }, 3))).toEqual([{ start: 1, end: 5, label: 'dog', score: 1 }]);
  });

  it('fills gaps of at most gapSeconds', () => {
    const timeline = timelineOf({ dog: [1, 0, 1, 0, 0, 1] });
    expect(detectEvents(timeline, { gapSeconds: 1 }).map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [5, 6],
    ]);
  });

  it('leaves out events shorter than minimumSeconds, once gaps are filled', () => {
    const timeline = timelineOf({ dog: [1, 0, 1, 0, 0, 1] });
    expect(detectEvents(timeline, { gapSeconds: 1, minimumSeconds: 3 })).toEqual([
      { start: 0, end: 3, label: 'dog', score: 1 },
    ]);
  });

  it('takes windows whose borders are rounded to samples as touching', () => {
    const { labels, windows } = timelineOf({ dog: [1, 1] });
    const rounded = windows.map((window, i) => ({ ...window, start: window.start + 3e-5 * i }));
    expect(detectEvents({ labels, windows: rounded })).toHaveLength(1);
  });

  it('gives nothing of no windows', () => {
    expect(detectEvents({ labels: ['dog'], windows: [] })).toEqual([]);
  });

  it.each([
    [{ threshold: 1.5 }, 'Expected threshold from 0 to 1, got 1.5.'],
    [{ minimumSeconds: -1 }, 'Expected minimumSeconds of 0 or more, got -1.'],
    [{ gapSeconds: Number.NaN }, 'Expected gapSeconds of 0 or more, got NaN.'],
  ])('refuses %o', (options, message) => {
    expect(() => detectEvents(timelineOf({ dog: [1] }), options)).toThrow(message);
  });
});
