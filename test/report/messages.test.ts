import { describe, expect, it } from 'vitest';
import { en } from '../../src/report/messages/en.js';
import { es } from '../../src/report/messages/es.js';
import type { Message } from '../../src/report/messages/message.js';
import { formatMessage, formatValue } from '../../src/report/messages/messages.js';

const placeholders = (message: Message): string[][] =>
  [message].flat().map((text) => [...text.matchAll(/\{(\w+)(:[^}]*)?\}/g)].map(([match]) => match).sort());

describe('the texts of the report', () => {
  it('have the same values in both languages, in the same form', () => {
    for (const [key, message] of Object.entries(en)) {
      const translated = placeholders(es[key as keyof typeof en]);
      expect([key, translated]).toEqual([key, placeholders(message)]);
    }
  });

  it('write numbers, percents and days as the language does', () => {
    expect(formatValue('en', 0.675, '%1')).toBe('67.5%');
    expect(formatValue('es', 0.675, '%1')).toBe('67,5\u00a0%');
    expect(formatValue('en', 12345, '0')).toBe('12,345');
    expect(formatValue('es', -0.125, '+2')).toBe('−0,13');
    expect(formatValue('en', 0, '+2')).toBe('0.00');
    expect(formatValue('en', Number.NaN, '2')).toBe('–');
    expect(formatValue('en', '2026-01-31T23:30:00Z', 'date')).toBe('January 31, 2026');
    expect(formatValue('es', '2026-01-31T23:30:00Z', 'date')).toBe('31 de enero de 2026');
  });

  it('speak of one and of many', () => {
    expect(formatMessage('en', 'summary.clips', { count: 1 })).toBe('1 clip');
    expect(formatMessage('es', 'summary.clips', { count: 1200 })).toBe('1200 clips');
  });
});
