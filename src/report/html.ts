/** Text that is HTML already, and goes into a page as it is. */
export interface Html {
  readonly html: string;
}

/** What a template may hold: text is escaped, HTML is not, nothing is left out. */
export type Content = Html | string | number | undefined | false | readonly Content[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text within HTML or within a quoted attribute. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
  return 'html' in content ? content.html : content.map(render).join('');
}

/** A template of HTML: names of classes and files come from users, so whatever is put in is escaped unless it is `Html` itself. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html => ({
  html: parts.map((part, i) => part + render(contents[i])).join(''),
});

/** A name that may break after its underscores. */
export const breakable = (name: string): Html => ({ html: escapeHtml(name).replaceAll('_', '_<wbr>') });

/** Text that is known to be HTML, such as an SVG picture. */
export const asHtml = (text: string): Html => ({ html: text });

/** JSON within a `<script>`: nothing in it ends the element or begins a comment. */
export const scriptJson = (value: unknown): Html => asHtml(JSON.stringify(value).replaceAll('<', '\\u003c'));
