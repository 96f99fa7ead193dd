/** What a picture is laid on. */
export type Theme = 'light' | 'dark' | 'auto';

/** Colours of text and page; none where the page decides. */
export function themeColors(theme: Theme): { text?: string; background?: string } {
  if (theme === 'auto') return {};
  return theme === 'dark' ? { text: '#e6e8eb', background: '#15181c' } : { text: '#1f2328', background: '#ffffff' };
}

/**
 * Colours of lines and marks that tell each other apart for colour-blind readers (Okabe and Ito, 2008). The first four have a
 * contrast of 3:1 or more on the page; black and yellow of the original set vanish on one of the pages.
 */
export function categorical(theme: Theme) {
  const [blue, skyBlue] = ['#0072b2', '#56b4e9'];
  const [first, later] = theme === 'dark' ? [skyBlue, blue] : [blue, skyBlue];
  //              vermilion  green      purple            orange     grey
  return [first, '#d55e00', '#009e73', '#cc79a7', later, '#e69f00', '#8c8c8c'] as const;
}
