/** The script of a report's page. `scripts/build-page.mjs` makes `pageAssets.ts` of it. */
import type { Language } from '../messages/messages.js';
import type { PageData } from '../pageData.js';
import { connectMatrix } from './matrix.js';
import { createPage } from './page.js';
import { connectTable } from './sortTable.js';

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const page = createPage(data);
document.documentElement.classList.add('has-script');

/** Buttons of which one is pressed. */
function connectButtons(name: string, choose: (value: string) => void): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>(`button[data-${name}]`)];
  for (const button of buttons)
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      choose(button.dataset[name]!);
    });
}

connectButtons('language', (value) => page.setLanguage(value as Language));
connectButtons('theme', (value) => {
  document.documentElement.dataset['theme'] = value;
});
const articles = [...document.querySelectorAll<HTMLElement>('[data-result]')];
connectButtons('show', (value) => {
  for (const article of articles) article.classList.toggle('unshown', article.dataset['result'] !== value);
});

for (const [index, result] of data.results.entries()) {
  connectMatrix(page, result, index);
  page.fill(articles[index]!, index);
}
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) connectTable(page, table);
