import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

describe('examples/explain.ts', () => {
  it('draws four maps, and what they are worth', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/explain.ts'], {
      cwd: root,
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^A low tone at 0\.\d\d to 0\.\d\d s, \d+ Hz\.$/m);
    for (const method of ['relevance', 'rollout', 'last-block', 'occlusion'])
      expect(stdout).toMatch(new RegExp(`^${method}\n([-.+*#]( [-.+*#]){5}\n){8}mean score`, 'm'));
    const areas = [...stdout.matchAll(/patches go: (\S+), at random (\S+)/g)];
    expect(areas).toHaveLength(4);
    const [, ofRelevance, ofRandom] = areas[0]!;
    expect(Number(ofRelevance)).toBeLessThan(Number(ofRandom));
  });
});
