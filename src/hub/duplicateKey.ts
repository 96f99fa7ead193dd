/**
 * The first name that some object in `json` holds twice, or `undefined`. `JSON.parse` keeps the last of two equal names
 * without a word, so this looks at the text. `json` must be valid JSON.
 */
export function findDuplicateKey(json: string): string | undefined {
  const open: Set<string>[] = []; // the names seen in each object or array around the current position
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = at;
      for (at++; json[at] !== '"'; at++) if (json[at] === '\\') at++;
      if (!isFollowedByColon(json, at)) continue; // a value, not a name
      const key = JSON.parse(json.slice(start, at + 1)) as string;
      const seen = open.at(-1)!;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

function isFollowedByColon(json: string, quote: number): boolean {
  let next = quote + 1;
  while (json[next] === ' ' || json[next] === '\n' || json[next] === '\r' || json[next] === '\t') next++;
  return json[next] === ':';
}
