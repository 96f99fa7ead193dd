/** What the comparisons need beside the project's own packages: found, or installed when first used. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Reference programs and recordings, as for the tests. */
export const sharedDirectory = resolve(process.env['AST_TS_SHARED'] ?? '../shared');
export const referenceDirectory = join(sharedDirectory, 'reference');

/** Why a peer cannot be measured here. */
export class MissingPeer extends Error {}

/** Calls once, and remembers what came of it, an error too. */
function once<T>(find: () => T): () => T {
  let found: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!found) {
      try {
        found = { value: find() };
      } catch (error) {
        found = { error };
      }
    }
    if ('error' in found) throw found.error;
    return found.value;
  };
}

/** The Python that has PyTorch: what PYTHON of the environment names, or the first of the one on the path and Debian's. */
export const python = once((): string => {
  const named = process.env['PYTHON'];
  const candidates = named ? [named] : ['python3', '/usr/bin/python3'];
  const found = candidates.find((path) => spawnSync(path, ['-c', 'import torch']).status === 0);
  if (found) return found;
  throw new MissingPeer(
    `no PyTorch in ${candidates.join(' or ')}: apt-get install python3-torch python3-torchaudio, or set PYTHON`,
  );
});

/** The packages of bench/package.json, 470 MB, which are not the project's own. */
export const installPeers = once((): void => {
  if (existsSync(join(import.meta.dirname, 'node_modules', '@huggingface', 'transformers'))) return;
  console.error('Installing transformers.js in bench/ (once) …');
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, stdio: 'pipe' });
  } catch (cause) {
    throw new MissingPeer('transformers.js could not be installed: npm ci --prefix bench', { cause });
  }
});

/** A file of the shared directory. */
export function shared(...parts: string[]): string {
  const path = join(sharedDirectory, ...parts);
  if (existsSync(path)) return path;
  throw new MissingPeer(`${join(...parts)} is not in AST_TS_SHARED`);
}
