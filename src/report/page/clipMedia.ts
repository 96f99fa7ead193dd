import { html } from '../html.js';
import type { ClipMedia, PageAttention, PageClip } from '../pageData.js';
import type { Words } from '../words.js';
import { bytesOf, seek, toggle, wavOf } from './audio.js';

const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
/** Height of a frequency in the spectrogram, in percent: its rows are even in mel from 20 Hz to 8 kHz. */
const heightOf = (hertz: number): number => (100 * (mel(hertz) - mel(20))) / (mel(8000) - mel(20));

let players = 0;

/** Fills a clip's place with its spectrogram, player and attention. */
export function showMedia(place: HTMLElement, media: ClipMedia, clip: PageClip | undefined, words: Words): void {
  const name = place.dataset['clip']!;
  const { image, seconds, sound } = media;
  const times = Array.from({ length: Math.floor(seconds) + 1 }, (_, second) => second);
  place.innerHTML = html`
    <div class="spectrogram">
      <div class="frequencies" aria-hidden="true">${[250, 1000, 4000].map(
        (hertz) =>
          html`<span style="bottom:${heightOf(hertz).toFixed(1)}%">${words.number(hertz / 1000, hertz < 1000 ? '2' : '0')}${hertz === 4000 && ' kHz'}</span>`,
      )}</div>
      <div class="image">
        <img ${words.attribute('alt', 'clip.spectrogram', { id: name })} src="data:image/png;base64,${image}">
        ${clip?.attention && html`<canvas aria-hidden="true" hidden></canvas>`}
        <div class="playhead" hidden></div>
      </div>
      <div class="times" aria-hidden="true">${times.map(
        (second) =>
          html`<span style="left:${((100 * second) / seconds).toFixed(1)}%">${second}${second === times.at(-1) && ' s'}</span>`,
      )}</div>
    </div>
    <div class="player">${
      sound &&
      html`<button type="button" class="play" ${words.attribute('aria-label', 'clip.play', { id: name })}></button>
      <input type="range" min="0" max="${seconds}" step="0.05" value="0" ${words.attribute('aria-label', 'clip.position', { id: name })}>`
    }${clip?.attention && html`<label class="switch"><input type="checkbox" class="show-attention"> ${words.text('clip.attention')}</label>`}</div>`.html;
  if (sound) connectPlayer(place, media, sound);
  if (clip?.attention) connectAttention(place, clip.attention, seconds);
}

function connectPlayer(place: HTMLElement, { seconds }: ClipMedia, sound: string): void {
  const button = place.querySelector<HTMLButtonElement>('.play')!;
  const range = place.querySelector<HTMLInputElement>('input[type=range]')!;
  const playhead = place.querySelector<HTMLElement>('.playhead')!;
  const picture = place.querySelector<HTMLElement>('.image')!;
  const key = String(players++);
  const load = (): Blob => wavOf(sound, seconds);
  const tell = (at: number, stopped: boolean): void => {
    button.classList.toggle('playing', !stopped);
    button.setAttribute('aria-pressed', String(!stopped));
    range.value = String(at);
    playhead.hidden = at === 0;
    playhead.style.left = `${(100 * at) / seconds}%`;
  };
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => toggle(key, load, tell));
  range.addEventListener('input', () => seek(key, Number(range.value), load, tell));
  picture.addEventListener('click', ({ clientX }) => {
    const { left, width } = picture.getBoundingClientRect();
    seek(key, ((clientX - left) / width) * seconds, load, tell);
  });
}

/** Darkens what the model did not look at. */
function connectAttention(place: HTMLElement, attention: PageAttention, seconds: number): void {
  const { frequencies, times, start, cell } = attention;
  const canvas = place.querySelector('canvas')!;
  const box = place.querySelector<HTMLInputElement>('.show-attention')!;
  [canvas.width, canvas.height] = [times, frequencies];
  canvas.style.left = `${(100 * start.seconds) / seconds}%`;
  canvas.style.bottom = `${100 * start.height}%`;
  canvas.style.width = `${(100 * cell.seconds * times) / seconds}%`;
  canvas.style.height = `${100 * cell.height * frequencies}%`;
  const weights = bytesOf(attention.weights);
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(times, frequencies);
  for (let row = 0; row < frequencies; row++)
    for (let column = 0; column < times; column++)
      pixels.data[4 * (row * times + column) + 3] = 0.85 * (255 - weights[(frequencies - 1 - row) * times + column]!);
  context.putImageData(pixels, 0, 0);
  box.addEventListener('change', () => {
    canvas.hidden = !box.checked;
  });
}
