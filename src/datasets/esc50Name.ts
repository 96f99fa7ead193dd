/** What the name of a clip of ESC-50, `{fold}-{source}-{take}-{target}.{ext}`, says about it. */
export function parseEsc50Name(path: string): { fold: number; source: string } | undefined {
  const [, fold, source] = /(?:^|\/)([1-5])-(\d+)-[A-Z]-\d+\.\w+$/.exec(path) ?? [];
  return fold && source ? { fold: Number(fold), source } : undefined;
}
