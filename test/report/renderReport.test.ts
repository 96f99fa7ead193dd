import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { renderReport } from '../../src/report/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { fakeResult, fakeSounds } from './reportFixtures.js';

describe('renderReport', () => {
  it('writes one file, and makes its directory', async () => {
    const out = join(temporaryDirectory(), 'runs', 'report.html');
    await renderReport(fakeResult({ name: 'AST' }), { out, dataset: fakeSounds() });
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<title>AST on sounds<\/title>[\s\S]*<\/html>\n$/);
  });

  it('leaves an earlier report as it was when the new one cannot be made', async () => {
    const out = join(temporaryDirectory(), 'report.html');
    writeFileSync(out, 'earlier');
    await expect(renderReport(fakeResult(), { out, dataset: fakeSounds(3) })).rejects.toThrow(RangeError);
    expect(readFileSync(out, 'utf8')).toBe('earlier');
  });

  it('says what to use in a browser, which has no files', async () => {
    vi.resetModules();
    vi.doMock('#platform', () => import('../../src/platform/browser.js'));
    const { renderReport, reportHtml } = await import('../../src/report/index.js');
    await expect(renderReport(fakeResult(), { out: 'report.html' })).rejects.toThrow('use reportHtml(results)');
    expect(typeof reportHtml).toBe('function');
    vi.doUnmock('#platform');
  });
});
