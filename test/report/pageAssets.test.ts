import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageAssets } from '../../scripts/build-page.mjs';

it('src/report/pageAssets.ts is what `npm run build:page` makes of src/report/page', async () => {
  const path = join(import.meta.dirname, '..', '..', 'src', 'report', 'pageAssets.ts');
  expect(readFileSync(path, 'utf8') === (await pageAssets()), 'run npm run build:page').toBe(true);
});
