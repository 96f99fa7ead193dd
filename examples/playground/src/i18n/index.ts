import { computed, effect, signal } from '@preact/signals';
import { en, type Words } from './en.js';
import { es } from './es.js';

export type { Words } from './en.js';
export type Language = 'en' | 'es';
export const languages: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

const KEY = 'ast-ts-playground-language';

function firstLanguage(): Language {
  const chosen = stored();
  if (chosen === 'en' || chosen === 'es') return chosen;
  return navigator.language.startsWith('es') ? 'es' : 'en';
}

export const language = signal<Language>(firstLanguage());
export const words = computed<Words>(() => (language.value === 'es' ? es : en));

effect(() => {
  document.documentElement.lang = language.value;
  document.title = words.value.title;
});

export function chooseLanguage(choice: Language): void {
  language.value = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A page that may store nothing still has two languages.
  }
}

/** A number as the language writes it. */
export const format = (value: number, digits: number): string =>
  value.toLocaleString(language.value, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (share: number): string =>
  share.toLocaleString(language.value, { style: 'percent', maximumFractionDigits: 0 });

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
