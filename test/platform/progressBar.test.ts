import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platform } from '../../src/platform/node.js';

const esc = '\u001b';
const clearedLine = `${esc}[2K`;

describe('the progress bar in Node', () => {
  let written = '';
  const isTerminal = process.stderr.isTTY;
  beforeEach(() => {
    written = '';
    process.stderr.isTTY = true;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.stderr.isTTY = isTerminal;
  });

  it('is there on a terminal only', async () => {
    expect(await platform.openProgressBar()).toBeDefined();
    process.stderr.isTTY = false;
    expect(await platform.openProgressBar()).toBeUndefined();
  });

  it('clears its line when it stops, and comes back with the next update', async () => {
    const bar = (await platform.openProgressBar())!;
    bar.update(1, 4, 'first');
    expect(written).toContain(' 1/4 first');
    bar.stop();
    expect(written.endsWith(clearedLine)).toBe(true);
    bar.stop();
    bar.update(2, 4, 'second');
    expect(written.slice(written.lastIndexOf(clearedLine))).toContain(' 2/4 second');
    bar.stop();
  });

  it('leaves the cursor and the wrapping of lines alone, and no handler of signals', async () => {
    const handlers = process.listenerCount('SIGINT');
    const bar = (await platform.openProgressBar())!;
    bar.update(1, 4, 'under way');
    expect(written).not.toContain(`${esc}[?`);
    expect(process.listenerCount('SIGINT')).toBe(handlers);
    bar.stop();
  });
});
