import type { Picture, PictureOptions } from '../../plots/index.js';
import type { EvaluationResult } from '../../results/index.js';
import { asHtml, type Content, type Html, html } from '../html.js';
import type { MessageKey, Parameters } from '../messages/messages.js';
import type { ReportNumbers } from '../numbers.js';
import type { PageClip } from '../pageData.js';
import type { Words } from '../words.js';

/** What the sections about one result are written from. */
export interface ResultContext {
  readonly words: Words;
  readonly result: EvaluationResult;
  readonly numbers: ReportNumbers;
  /** In the order of `result.clips`. */
  readonly clips: readonly PageClip[];
  /** Place of the result among those of the page: ids must differ. */
  readonly index: number;
}

/** A section of a result: heading, a line that says what one sees, and what there is to see. */
export function section(
  { words, index }: Pick<ResultContext, 'words' | 'index'>,
  name: MessageKey & `${string}.title`,
  { intro, values, wide = false }: { intro?: MessageKey; values?: Parameters; wide?: boolean },
  ...body: Content[]
): Html {
  const id = `${name.split('.')[0]}-${index}`;
  return html`<section id="${id}" aria-labelledby="${id}-title"${wide && asHtml(' class="wide"')}>
    <h2 id="${id}-title">${words.text(name)}</h2>
    ${intro && html`<p class="intro">${words.text(intro, values)}</p>`}
    ${body}
  </section>`;
}

/** A wide table scrolls within its own box, which the keyboard reaches. */
export const scrollBox = (label: Html, table: Html): Html =>
  html`<div class="scroll" role="region" tabindex="0" ${label}>${table}</div>`;

/** A picture in both languages, of which the page shows one. */
export async function picture(
  draw: (options: PictureOptions) => Promise<Picture> | Picture,
  options: PictureOptions,
): Promise<Html> {
  const drawn = await Promise.all(
    (['en', 'es'] as const).map(async (language) => {
      const { svg } = await draw({ theme: 'auto', ...options, language });
      return html`<div class="picture" lang="${language}" role="group" tabindex="0">${asHtml(withoutPartNames(svg))}</div>`;
    }),
  );
  return html`${drawn}`;
}

/** The picture has a name of its own; those that the charting library gives to groups of lines, readers cannot use. */
const withoutPartNames = (svg: string): string => svg.replaceAll(/(<g\b[^>]*?) aria-label="[^"]*"/g, '$1');
