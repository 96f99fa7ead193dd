import { format, words } from '../i18n/index.js';

const [WIDTH, HEIGHT] = [480, 120];
/** Of more steps, some are left out: neighbours would share a pixel. */
const MOST_POINTS = 480;

/** The loss of every step so far, over as many steps as there will be: it grows to the right as the model learns. */
export function LossCurve({ losses, total }: { losses: readonly number[]; total: number }) {
  const text = words.value.train;
  const most = Math.max(...losses, 0.1);
  const stride = Math.ceil(losses.length / MOST_POINTS);
  const points = losses.flatMap((loss, step) => {
    if (step % stride !== 0 && step !== losses.length - 1) return [];
    const [x, y] = [(WIDTH * step) / Math.max(1, total - 1), HEIGHT * (1 - loss / most)];
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const numbers = [losses[0]!, losses.at(-1)!].map((loss) => format(loss, 3)) as [string, string];
  return (
    <figure class="curve">
      <svg
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text.curve(...numbers)}
      >
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} class="axis" />
        <polyline points={points.join(' ')} />
      </svg>
      <figcaption>
        {text.loss}: {numbers[0]} → {numbers[1]}
      </figcaption>
    </figure>
  );
}
