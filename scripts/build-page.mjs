/**
 * Bundles the script and the style of a report's page into src/report/pageAssets.ts, so that they are text wherever the library runs:
 * from its sources, bundled for Node, or in a browser. Run it when anything in src/report/page, or what that imports, changes;
 * test/report/pageAssets.test.ts fails otherwise.
 *
 *   npm run build:page
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const report = join(import.meta.dirname, '..', 'src', 'report');

/** The text of src/report/pageAssets.ts as it should be. */
export async function pageAssets() {
  const { outputFiles } = await build({
    entryPoints: [join(report, 'page', 'main.ts'), join(report, 'page', 'style.css')],
    outdir: 'out',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['es2022', 'chrome120', 'firefox120', 'safari17'],
    legalComments: 'none',
    charset: 'utf8',
  });
  const text = (extension) => outputFiles.find(({ path }) => path.endsWith(extension)).text.trim();
  const script = text('.js');
  const hash = createHash('sha256').update(script).digest('base64');
  return `// Made by scripts/build-page.mjs from src/report/page; do not edit.

/** The script of a report's page. */
export const pageScript =
  ${JSON.stringify(script)};

/** What the page's Content-Security-Policy calls it. */
export const pageScriptHash = 'sha256-${hash}';

/** The style of a report's page. */
export const pageStyle =
  ${JSON.stringify(text('.css'))};
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(report, 'pageAssets.ts'), await pageAssets());
