import { plotReliability } from '../../plots/index.js';
import { type Html, html } from '../html.js';
import { picture, type ResultContext, section } from './section.js';

/** Whether scores are as sure as they are right. */
export async function calibration(context: ResultContext): Promise<Html> {
  const { words, numbers } = context;
  const { diagram, temperature } = numbers.calibration;
  const row = (name: Html, value: Html, meaning?: Html): Html =>
    html`<div><dt>${name}</dt><dd>${value}${meaning && html`<small>${meaning}</small>`}</dd></div>`;
  return section(
    context,
    'calibration.title',
    { intro: 'calibration.intro' },
    html`<div class="columns">${await picture((options) => plotReliability(diagram, options), {})}
    <div><dl class="tiles">
      ${row(words.text('calibration.error'), words.number(diagram.expectedCalibrationError, '%1'))}
      ${
        temperature &&
        html`${row(
          words.text('calibration.temperature'),
          words.number(temperature.value, '2'),
          words.text(`calibration.temperatureMeaning.${temperature.value > 1 ? 'above' : 'below'}`),
        )}${row(words.text('calibration.afterwards'), words.number(temperature.afterwards, '%1'))}`
      }
    </dl>${temperature && html`<p class="note">${words.text('calibration.note')}</p>`}</div></div>`,
  );
}
