import { words } from '../i18n/index.js';
import { dismiss, notices } from '../state.js';

/** What went wrong, in plain words; what exactly, for those who ask. */
export function Notices() {
  const text = words.value;
  return (
    <section class="notices" aria-label={text.notices} role="alert">
      {notices.value.map(({ id, problem, name, detail }) => (
        <div class="notice" key={id} data-problem={problem}>
          <p>{text.problems[problem](name)}</p>
          {detail && (
            <details>
              <summary>{text.detail}</summary>
              <p>{detail}</p>
            </details>
          )}
          <button type="button" class="quiet" aria-label={text.dismiss} onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </section>
  );
}
