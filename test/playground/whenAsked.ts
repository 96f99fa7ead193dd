import { it } from 'vitest';

/**
 * For what takes long where a browser draws without a GPU: `AST_TS_PLAYGROUND=all npx vitest run test/playground`. Listening to files and
 * to the microphone, and learning recorded classes, are tested always.
 */
export const itWhenAsked = it.skipIf(process.env['AST_TS_PLAYGROUND'] !== 'all');
export const SOME_SKIPPED =
  process.env['AST_TS_PLAYGROUND'] === 'all' ? '' : '; half is skipped: AST_TS_PLAYGROUND=all runs it';
