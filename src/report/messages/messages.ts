import { en } from './en.js';
import { es } from './es.js';
import type { Message } from './message.js';

/** Languages of the report. */
export type Language = 'en' | 'es';

/** Values that stand in a message. */
export type Parameters = Readonly<Record<string, string | number>>;

/** Names of the texts of the report. */
export type MessageKey = keyof typeof en;

const messages: Record<Language, Readonly<Record<MessageKey, Message>>> = { en, es };

/** What stands for a number that there is none of. */
const NOTHING = '–';

/**
 * A number as people of a language write it. `form` is its decimals; after `%` as percent, after `+` with its sign: `'2'`, `'%1'`, `'+%1'`.
 * `'date'` is a day of a time in ISO 8601.
 */
export function formatValue(language: Language, value: string | number, form = ''): string {
  if (form === 'date')
    return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(value));
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return NOTHING;
  const digits = form.replaceAll(/\D/g, '');
  const decimals =
    digits === '' ? {} : { minimumFractionDigits: Number(digits), maximumFractionDigits: Number(digits) };
  const text = new Intl.NumberFormat(language, {
    ...decimals,
    style: form.includes('%') ? 'percent' : 'decimal',
    signDisplay: form.includes('+') ? 'exceptZero' : 'negative',
    useGrouping: language === 'es' ? 'min2' : 'auto',
  }).format(value);
  return text.replace('-', '\u2212'); // a minus as wide as a plus
}

/** A text in a language; `{name}` and `{name:form}` are replaced by its values. */
export function formatMessage(language: Language, key: MessageKey, values: Parameters = {}): string {
  const message = messages[language][key];
  const text = typeof message === 'string' ? message : message[values['count'] === 1 ? 0 : 1];
  return text.replaceAll(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, form?: string) =>
    formatValue(language, values[name]!, form),
  );
}
