import { type Html, html } from '../html.js';
import type { MessageKey, Parameters } from '../messages/messages.js';
import { type ResultContext, section } from './section.js';

/** What was evaluated: data set, model, settings, versions, date. */
export function facts(context: ResultContext, sounds: Html): Html {
  const { words, result } = context;
  const { dataset, labels, clips, timings, versions, date, skipped, settings } = result;
  const row = (key: MessageKey, value: Html | string): Html =>
    html`<div><dt>${words.text(key)}</dt><dd>${value}</dd></div>`;
  const text = (key: MessageKey, values: Parameters): Html => words.text(key, values);
  return section(
    context,
    'facts.title',
    {},
    html`<dl class="facts">
      ${row('facts.model', result.name)}
      ${row('facts.dataset', dataset.name)}
      ${row('facts.size', text('facts.sizeValue', { clips: clips.length, labels: labels.length, rate: dataset.sampleRate / 1000 }))}
      ${row('facts.date', words.date(date))}
      ${row('facts.time', text('facts.timeValue', { seconds: timings.total, each: (1000 * timings.total) / clips.length }))}
      ${row(
        'facts.versions',
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      )}
      ${row('facts.sounds', sounds)}
    </dl>
    ${
      skipped.length > 0 &&
      html`<details><summary>${words.text('facts.skipped', { count: skipped.length })}</summary>
        <ul>${skipped.map(({ id, reason }) => html`<li><code>${id}</code>: ${reason}</li>`)}</ul></details>`
    }
    ${
      Object.keys(settings).length > 0 &&
      html`<details><summary>${words.text('facts.settings')}</summary><table class="settings"><tbody>${flat(
        settings,
      ).map(([key, value]) => html`<tr><th scope="row">${key}</th><td>${value}</td></tr>`)}</tbody></table></details>`
    }`,
  );
}

/** Nested settings as rows: `model.hiddenSize`, 768. Long lists are cut short. */
function flat(value: unknown, path = ''): [key: string, value: string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`));
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return [[path, text.length > 200 ? `${text.slice(0, 200)}…` : text]];
}
