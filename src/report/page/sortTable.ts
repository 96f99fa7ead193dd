import { formatMessage } from '../messages/messages.js';
import type { Page } from './page.js';

/** Lets the headings of a table sort its rows: first the highest, then the lowest; names first from A. */
export function connectTable(page: Page, table: HTMLTableElement): void {
  const body = table.tBodies[0]!;
  const buttons = [...table.querySelectorAll<HTMLButtonElement>('thead button[data-sort]')];
  const status = table.closest('section')!.querySelector('[role=status]');
  for (const [column, button] of buttons.entries())
    button.addEventListener('click', () => {
      const heading = button.closest('th')!;
      const isText = button.dataset['kind'] === 'text';
      const before = heading.getAttribute('aria-sort');
      const direction =
        before === null ? (isText ? 'ascending' : 'descending') : before === 'descending' ? 'ascending' : 'descending';
      for (const other of buttons) other.closest('th')!.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', direction);
      const textOf = (row: HTMLTableRowElement): string => row.cells[column]!.dataset['value']!;
      // A score that there is none of stays below.
      const numberOf = (row: HTMLTableRowElement): number => {
        const value = Number(textOf(row));
        return Number.isNaN(value)
          ? direction === 'ascending'
            ? Number.POSITIVE_INFINITY
            : Number.NEGATIVE_INFINITY
          : value;
      };
      const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement): number =>
        isText ? textOf(a).localeCompare(textOf(b), page.language()) : numberOf(a) - numberOf(b);
      const sign = direction === 'ascending' ? 1 : -1;
      body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
      if (status)
        status.textContent = formatMessage(
          page.language(),
          direction === 'ascending' ? 'classes.sortedUp' : 'classes.sortedDown',
          { column: button.textContent ?? '' },
        );
    });
}
