import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { faults } from '../plots/readPicture.js';

const root = join(import.meta.dirname, '..', '..');
const images = join(root, 'docs', 'images');

it('examples/gallery.ts draws the pictures of docs/gallery.md, each less than 100 kB', async () => {
  const directory = temporaryDirectory();
  const command = ['--import', 'tsx', join('examples', 'gallery.ts'), directory];
  const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: root });
  expect(stderr).toBe('');
  const shown = [...readFileSync(join(root, 'docs', 'gallery.md'), 'utf8').matchAll(/\]\(images\/([^)]+)\)/g)];
  const names = readdirSync(directory).sort();
  expect(names).toEqual(shown.map(([, name]) => name).sort());
  const kept = readdirSync(images).filter((name) => name.endsWith('.svg'));
  expect(names).toEqual(kept.sort());
  for (const name of names) {
    const svg = readFileSync(join(directory, name), 'utf8');
    expect(svg.length).toBeLessThan(100_000);
    expect(svg).not.toMatch(faults);
  }
});
