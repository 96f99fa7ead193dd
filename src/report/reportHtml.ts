import type { EvaluationResult } from '../results/index.js';
import { version } from '../version.js';
import { checkReport } from './checkReport.js';
import { bytesOf, type ChosenMedia, chooseMedia, rankClips, type Sounds } from './chooseMedia.js';
import { clipsOfPage } from './clipsOfPage.js';
import type { Html } from './html.js';
import { formatMessage, type MessageKey, type Parameters } from './messages/messages.js';
import { numbersOf } from './numbers.js';
import { pageHtml, type ResultPart } from './pageHtml.js';
import type { ReportOptions } from './reportOptions.js';
import { bias } from './sections/bias.js';
import { calibration } from './sections/calibration.js';
import { classes } from './sections/classes.js';
import { comparison } from './sections/comparison.js';
import { confusion } from './sections/confusion.js';
import { facts } from './sections/facts.js';
import { mistakes } from './sections/mistakes.js';
import { pairs } from './sections/pairs.js';
import { robustness } from './sections/robustness.js';
import type { ResultContext } from './sections/section.js';
import { summary } from './sections/summary.js';
import { training } from './sections/training.js';
import { wordsOf } from './words.js';

/** By how much the note on the sounds may be longer than it is when there are none. */
const NOTE_BYTES = 200;

/**
 * A report on one or several evaluations as the text of one self-contained HTML file: see {@link renderReport}, which writes it to a file.
 *
 * @throws {EvaluationError} when there is no result, or several that are not of the same clips
 * @throws {RangeError} for options out of range, and for a data set that lacks clips of the results
 * @throws {DatasetError} when a clip cannot be read
 * @example
 * ```ts
 * const page = await reportHtml(result, { dataset, language: 'es' });
 * open(URL.createObjectURL(new Blob([page], { type: 'text/html' })));
 * ```
 */
export async function reportHtml(
  results: EvaluationResult | readonly EvaluationResult[],
  options: ReportOptions = {},
): Promise<string> {
  const { dataset, language = 'en', sounds = 'all', maxBytes = 5e6 } = options;
  const list = 'clips' in results ? [results] : results;
  checkReport(list, options);
  const words = wordsOf(language);
  const contexts = list.map((result, index) => ({
    words,
    result,
    numbers: numbersOf(result),
    clips: clipsOfPage(result),
    index,
  }));
  const parts = await Promise.all(contexts.map(sectionsOf));
  const [first] = list as [EvaluationResult];
  const compared = list.length > 1 ? comparison(words, list) : undefined;
  const [title, values]: [MessageKey, Parameters] =
    list.length > 1
      ? ['page.comparison', { count: list.length, dataset: shortName(first.dataset.name) }]
      : ['page.title', { name: first.name, dataset: shortName(first.dataset.name) }];

  const page = (chosen: ChosenMedia | undefined): string => {
    const note = soundsNote(chosen, first.clips.length, sounds, maxBytes);
    return pageHtml({
      words,
      title: words.text(title, values),
      titleText: formatMessage(language, title, values),
      subtitle: words.text('page.subtitle', {
        clips: first.clips.length,
        labels: first.labels.length,
        date: first.date,
      }),
      comparison: compared,
      results: parts.map(({ sections, contents }, i) => ({
        name: list[i]!.name,
        sections: [...sections, facts(contexts[i]!, words.text(...note))],
        contents,
      })),
      data: {
        language,
        results: contexts.map(({ result: { labels }, clips, numbers: { orders } }) => ({ labels, clips, orders })),
        media: chosen?.media ?? {},
      },
      version,
    });
  };
  if (!dataset) return page(undefined);
  const room = maxBytes - NOTE_BYTES - bytesOf(page({ media: {}, isComplete: false }));
  return page(await chooseMedia(dataset, rankClips(contexts), { sounds, room }));
}

/** What stands after the last slash of a path or a Hub's id; the page gives the whole name below. */
const shortName = (name: string): string => name.slice(name.replace(/\/+$/, '').lastIndexOf('/') + 1);

/** All about one result but the facts, which tell of sounds that are not chosen yet. */
async function sectionsOf(context: ResultContext): Promise<ResultPart> {
  const hasMatrix = context.result.problemType === 'single_label_classification';
  const made: [MessageKey, Html | undefined][] = [
    ['summary.title', summary(context)],
    ['training.title', await training(context)],
    ['confusion.title', hasMatrix ? confusion(context) : undefined],
    ['classes.title', classes(context)],
    ['pairs.title', hasMatrix ? pairs(context) : undefined],
    ['calibration.title', await calibration(context)],
    ['bias.title', hasMatrix ? bias(context) : undefined],
    ['mistakes.title', mistakes(context)],
    ['robustness.title', await robustness(context)],
  ];
  const present = made.filter((entry): entry is [MessageKey, Html] => entry[1] !== undefined);
  return {
    name: context.result.name,
    sections: present.map(([, section]) => section),
    contents: [...present.map(([title]) => title), 'facts.title' as const].map((title) => [
      `${title.split('.')[0]}-${context.index}`,
      title,
    ]),
  };
}

/** What the page says of the sounds in it. */
function soundsNote(
  chosen: ChosenMedia | undefined,
  clips: number,
  sounds: Sounds,
  maxBytes: number,
): [MessageKey, Parameters?] {
  if (!chosen) return ['sounds.noDataset'];
  const media = Object.values(chosen.media);
  const values = {
    clips,
    images: media.length,
    sounds: media.filter(({ sound }) => sound).length,
    megabytes: maxBytes / 1e6,
  };
  if (sounds === 'none') return ['sounds.none', values];
  if (!chosen.isComplete) return ['sounds.limited', values];
  return [sounds === 'errors' ? 'sounds.errors' : 'sounds.included', values];
}
