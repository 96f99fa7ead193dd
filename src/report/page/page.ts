import type { Language } from '../messages/messages.js';
import type { PageData } from '../pageData.js';
import { translatable, translateElement, type Words, wordsOf } from '../words.js';
import { showMedia } from './clipMedia.js';

/** What parts of the page share. */
export interface Page {
  language(): Language;
  words(): Words;
  /** Puts pictures and players into the clips within an element. */
  fill(element: ParentNode, result: number): void;
  /** Writes all texts again. */
  setLanguage(language: Language): void;
}

/** The page's language, and its clips. */
export function createPage({ language: first, media, results }: PageData): Page {
  let language = first;
  const byId = results.map(({ clips }) => new Map(clips.map((clip) => [clip.id, clip])));
  return {
    language: () => language,
    words: () => wordsOf(language),
    fill(element, result) {
      for (const place of element.querySelectorAll<HTMLElement>('.media[data-clip]')) {
        const found = media[place.dataset['clip']!];
        const clip = byId[result]?.get(place.dataset['clip']!);
        if (found) showMedia(place, found, clip, wordsOf(language));
        else if (Object.keys(media).length > 0)
          place.innerHTML = `<p class="left-out">${wordsOf(language).text('clip.noMedia').html}</p>`;
      }
    },
    setLanguage(next) {
      language = next;
      document.documentElement.lang = next;
      for (const element of document.querySelectorAll<HTMLElement>(translatable)) translateElement(element, next);
      document.title = document.querySelector('h1')!.textContent!;
    },
  };
}
