import { asHtml, type Html, html, scriptJson } from './html.js';
import type { MessageKey } from './messages/messages.js';
import { pageScript, pageScriptHash, pageStyle } from './pageAssets.js';
import type { PageData } from './pageData.js';
import type { Words } from './words.js';

/** No network at all; scripts and styles within the file alone, of scripts only the page's own. */
const policy = `default-src 'none'; img-src data:; media-src blob:; style-src 'unsafe-inline'; script-src '${pageScriptHash}'; base-uri 'none'; form-action 'none'`;

/** One part of the page for each result. */
export interface ResultPart {
  readonly name: string;
  /** Sections and their headings. */
  readonly sections: readonly Html[];
  /** Links to them. */
  readonly contents: readonly (readonly [id: string, title: MessageKey])[];
}

/** What the page consists of. */
export interface PageParts {
  readonly words: Words;
  readonly title: Html;
  readonly titleText: string;
  readonly subtitle: Html;
  readonly comparison: Html | undefined;
  readonly results: readonly ResultPart[];
  readonly data: PageData;
  readonly version: string;
}

/** The whole file. */
export function pageHtml({ words, title, titleText, subtitle, comparison, results, data, version }: PageParts): string {
  const several = results.length > 1;
  const part = (
    { sections, contents }: ResultPart,
    index: number,
  ): Html => html`<article data-result="${index}" ${several && words.attribute('aria-label', 'page.title', { name: results[index]!.name, dataset: '' })}${index > 0 && asHtml(' class="unshown"')}>
    ${contents.length > 1 && navigation(words, contents)}
    ${sections}
  </article>`;
  const page = html`<!doctype html>
<html lang="${words.language}" data-theme="auto">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${titleText}</title>
<style>${asHtml(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">${words.text('page.skip')}</a>
<header>
  <div class="top">
    <div><h1>${title}</h1><p class="subtitle">${subtitle}</p></div>
    <div class="tools needs-script">
      <div class="buttons" role="group" ${words.attribute('aria-label', 'page.language')}>
        ${choice('language', 'en', words.language === 'en', asHtml('<span lang="en">English</span>'))}
        ${choice('language', 'es', words.language === 'es', asHtml('<span lang="es">Español</span>'))}
      </div>
      <div class="buttons" role="group" ${words.attribute('aria-label', 'page.theme')}>
        ${(['auto', 'light', 'dark'] as const).map((theme) => choice('theme', theme, theme === 'auto', words.text(`page.theme.${theme}`)))}
      </div>
    </div>
  </div>
  <noscript><p class="note">${words.text('page.noscript')}</p></noscript>
</header>
<main id="main">
  ${comparison}
  ${
    several &&
    html`<div class="results needs-script"><span id="show">${words.text('page.result')}</span><div class="buttons" role="group" aria-labelledby="show">${results.map(({ name }, index) => choice('show', String(index), index === 0, html`${name}`))}</div></div>`
  }
  ${results.map(part)}
</main>
<footer><p>${words.text('page.footer', { version })}</p></footer>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${asHtml(pageScript)}</script>
</body>
</html>
`;
  return page.html;
}

const choice = (name: string, value: string, isPressed: boolean, label: Html): Html =>
  html`<button type="button" data-${asHtml(name)}="${value}" aria-pressed="${String(isPressed)}">${label}</button>`;

const navigation = (words: Words, contents: ResultPart['contents']): Html =>
  html`<nav ${words.attribute('aria-label', 'page.contents')}><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${words.text(title)}</a></li>`)}</ul></nav>`;
