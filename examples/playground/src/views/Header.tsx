import { chooseLanguage, type Language, language, languages, words } from '../i18n/index.js';
import { backend } from '../state.js';

export function Header() {
  const text = words.value;
  return (
    <header>
      <div>
        <h1>{text.title}</h1>
        <p>{text.tagline}</p>
      </div>
      <label class="language">
        <span class="visually-hidden">{text.language}</span>
        <select value={language.value} onInput={(event) => chooseLanguage(event.currentTarget.value as Language)}>
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p class="backend" role="status">
        {backendText()}
      </p>
    </header>
  );
}

/** What computes; without a GPU, why, and what that means. */
function backendText(): string {
  const text = words.value.backend;
  const report = backend.value;
  if (!report) return text.starting;
  const computes = text[report.backend as 'wasm'];
  return report.withoutGpu ? `${text[report.withoutGpu]} ${computes} ${text.slower}` : computes;
}
