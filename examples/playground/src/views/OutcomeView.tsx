import { useSignal, useSignalEffect } from '@preact/signals';
import { format, language, words } from '../i18n/index.js';
import type { HeldOut } from '../protocol.js';
import type { Outcome } from '../state.js';

/** With fewer held-out clips than this, one more or less right is a matter of chance. */
const FEW = 20;

/** What became of a training: how many held-out clips are right, and which classes are taken for which. */
export function OutcomeView({ outcome: { cancelled, trainedOn, heldOut } }: { outcome: Outcome }) {
  const text = words.value.train;
  if (cancelled) return <p>{text.cancelled}</p>;
  return (
    <div class="outcome">
      <p>
        {text.done(trainedOn)} {text.inUse}
      </p>
      {heldOut ? <Evaluation heldOut={heldOut} /> : <p>{text.tooFew}</p>}
    </div>
  );
}

function Evaluation({ heldOut }: { heldOut: HeldOut }) {
  const text = words.value.train;
  const right = heldOut.clips.filter(({ truth, prediction }) => truth === prediction).length;
  return (
    <>
      <p class="accuracy">{text.accuracy(right, heldOut.clips.length)}</p>
      <p class="hint">
        {text.heldOut} {heldOut.clips.length < FEW && text.few}
      </p>
      <h3>{text.matrix}</h3>
      <Matrix heldOut={heldOut} />
      <h3>{text.report}</h3>
      <Report heldOut={heldOut} />
    </>
  );
}

/** The library's picture; the charting library comes when it is first needed. */
function Matrix({ heldOut }: { heldOut: HeldOut }) {
  const svg = useSignal('');
  useSignalEffect(() => {
    const options = { theme: 'auto', language: language.value } as const;
    void import('ast-ts/plots').then(async ({ plotConfusionMatrix }) => {
      svg.value = (await plotConfusionMatrix(heldOut.matrix, heldOut.labels, options)).svg;
    });
  });
  return <div class="picture" dangerouslySetInnerHTML={{ __html: svg.value }} />;
}

function Report({ heldOut: { report } }: { heldOut: HeldOut }) {
  const text = words.value.train;
  return (
    <table>
      <thead>
        <tr>
          {[text.className, text.precision, text.recall, text.f1, text.support].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {report.classes.map(({ name, precision, recall, f1Score, support }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {[precision, recall, f1Score].map((score, i) => (
              <td key={`${i}`}>{format(score, 2)}</td>
            ))}
            <td>{support}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
