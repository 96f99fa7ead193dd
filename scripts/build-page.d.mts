/** The text of src/report/pageAssets.ts as it should be. */
export function pageAssets(): Promise<string>;
