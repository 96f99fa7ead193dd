import { clipCard } from '../clipCard.js';
import { html } from '../html.js';
import { type MatrixNorm, matrixTable } from '../matrixTable.js';
import { formatMessage, type MessageKey } from '../messages/messages.js';
import type { ClassOrders } from '../numbers.js';
import type { PageResult } from '../pageData.js';
import type { Page } from './page.js';

/** Connects the confusion matrix of a result: its order, its numbers, and its cells. */
export function connectMatrix(page: Page, result: PageResult, index: number): void {
  const place = document.getElementById(`matrix-${index}`);
  if (!place) return;
  const panel = document.getElementById(`cell-${index}`)!;
  const status = document.getElementById(`matrix-status-${index}`)!;
  const section = place.closest('section')!;
  const chosen = (name: string): string =>
    section.querySelector<HTMLInputElement>(`input[name=${name}-${index}]:checked`)!.value;

  const draw = (): void => {
    const order = result.orders[chosen('order') as keyof ClassOrders];
    const counts = order.map((truth) => order.map((prediction) => clipsOf(result, truth, prediction).length));
    place.innerHTML = matrixTable(page.words(), order, result.labels, counts, chosen('norm') as MatrixNorm).html;
    markOpen(place, panel);
  };
  for (const input of section.querySelectorAll<HTMLInputElement>('.controls input'))
    input.addEventListener('change', () => {
      draw();
      const say = (key: string): string => formatMessage(page.language(), key as MessageKey);
      status.textContent = formatMessage(page.language(), 'confusion.sorted', {
        order: say(`confusion.order.${chosen('order')}`),
        norm: say(`confusion.norm.${chosen('norm')}`),
      });
    });

  const open = (cell: HTMLElement): void => {
    const [truth, prediction] = [Number(cell.dataset['truth']), Number(cell.dataset['prediction'])];
    const clips = clipsOf(result, truth, prediction);
    const words = page.words();
    const names = { truth: result.labels[truth]!, prediction: result.labels[prediction]!, count: clips.length };
    const title = truth === prediction ? 'confusion.cellRight' : 'confusion.cellWrong';
    panel.innerHTML =
      html`<div class="cell-head"><h3 tabindex="-1">${words.text(title, names)}</h3><button type="button" class="close" ${words.attribute('aria-label', 'confusion.close')}>×</button></div>
      <div class="cards">${clips.map((clip) => clipCard(words, clip, result.labels))}</div>`.html;
    panel.dataset['cell'] = `${truth},${prediction}`;
    page.fill(panel, index);
    markOpen(place, panel);
    panel.querySelector<HTMLElement>('h3')!.focus();
    panel.querySelector('.close')!.addEventListener('click', () => {
      panel.replaceChildren();
      delete panel.dataset['cell'];
      markOpen(place, panel);
      place.querySelector<HTMLElement>(`[data-truth="${truth}"][data-prediction="${prediction}"]`)?.focus();
    });
  };
  const cellOf = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>('td[data-truth]');
  place.addEventListener('click', (event) => {
    const cell = cellOf(event);
    if (cell) open(cell);
  });
  place.addEventListener('keydown', (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    if (event.key === 'Enter' || event.key === ' ') open(cell);
    else if (!move(place, cell, event.key)) return;
    event.preventDefault();
  });
}

const clipsOf = ({ clips }: PageResult, truth: number, prediction: number) =>
  clips.filter((clip) => clip.label === truth && clip.prediction === prediction);

function markOpen(place: Element, panel: HTMLElement): void {
  for (const cell of place.querySelectorAll<HTMLElement>('td[data-truth]'))
    cell.classList.toggle('open', panel.dataset['cell'] === `${cell.dataset['truth']},${cell.dataset['prediction']}`);
}

/** Moves the focus as grids do; says whether the key was one of a grid's. */
function move(place: Element, cell: HTMLElement, key: string): boolean {
  const rows = [...place.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll<HTMLElement>('td')]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row]!.indexOf(cell);
  const last = rows.length - 1;
  const targets: Record<string, readonly [number, number]> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, last],
    PageUp: [0, column],
    PageDown: [last, column],
  };
  const target = targets[key];
  if (!target) return false;
  const next = rows[target[0]]?.[target[1]];
  if (next) {
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
  return true;
}
