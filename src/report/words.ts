import { asHtml, type Html, html } from './html.js';
import { formatMessage, formatValue, type Language, type MessageKey, type Parameters } from './messages/messages.js';

/** Writes texts and numbers so that the page can write them again in another language. */
export interface Words {
  readonly language: Language;
  /** A text, in a `<span>`. */
  text(key: MessageKey, values?: Parameters): Html;
  /** A number, in a `<span>`; `form` is that of `formatValue`. */
  number(value: number, form: string): Html;
  /** A day. */
  date(iso: string): Html;
  /** An attribute of an element, e.g. `aria-label`; an element has one at most. */
  attribute(name: string, key: MessageKey, values?: Parameters): Html;
}

/** Texts and numbers in a language. What they were made of is kept in `data-` attributes; {@link translate} reads them. */
export function wordsOf(language: Language): Words {
  const valuesOf = (values?: Parameters): Html =>
    values ? html` data-values="${JSON.stringify(values)}"` : asHtml('');
  return {
    language,
    text: (key, values) =>
      html`<span data-text="${key}"${valuesOf(values)}>${formatMessage(language, key, values)}</span>`,
    number: (value, form) =>
      html`<span class="number" data-number="${String(value)}" data-form="${form}">${formatValue(language, value, form)}</span>`,
    date: (iso) => html`<span data-date="${iso}">${formatValue(language, iso, 'date')}</span>`,
    attribute: (name, key, values) =>
      html`${asHtml(name)}="${formatMessage(language, key, values)}" data-text="${key}" data-attribute="${name}"${valuesOf(values)}`,
  };
}

/** The part of the DOM's elements that {@link translate} needs. */
interface Translatable {
  readonly dataset: DOMStringMap;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
}

/** Writes one element that {@link wordsOf} made again, in another language. */
export function translateElement(element: Translatable, language: Language): void {
  const { text, attribute, values, number, form, date } = element.dataset;
  if (number !== undefined) element.textContent = formatValue(language, Number(number), form);
  else if (date !== undefined) element.textContent = formatValue(language, date, 'date');
  else if (text !== undefined) {
    const message = formatMessage(language, text as MessageKey, values ? (JSON.parse(values) as Parameters) : {});
    if (attribute) element.setAttribute(attribute, message);
    else element.textContent = message;
  }
}

/** What of a page {@link translateElement} is for. */
export const translatable = '[data-text], [data-number], [data-date]';
