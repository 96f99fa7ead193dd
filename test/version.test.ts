import { expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { version } from '../src/version.js';

it('the version that checkpoints tell is that of the package', () => {
  expect(version).toBe(packageJson.version);
});
