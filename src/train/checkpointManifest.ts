import type { FileSystem } from '../platform/platform.js';

const manifestName = 'manifest.json';

/** SHA-256 of every file of a checkpoint by its path there. */
type Hashes = Readonly<Record<string, string>>;

/** Lists a directory's files with their hashes in a file of its own: written last, it says that all else is there and whole. */
export async function writeManifest(files: FileSystem, directory: string): Promise<void> {
  const hashes: Record<string, string> = {};
  for (const path of await filesBelow(files, directory)) hashes[path] = await files.sha256(files.join(directory, path));
  await files.writeFile(files.join(directory, manifestName), [await toText(hashes)]);
}

/** What is wrong with a checkpoint's files, or `undefined` when they are as they were written. */
export async function findDamage(files: FileSystem, directory: string): Promise<string | undefined> {
  const path = files.join(directory, manifestName);
  if (!(await files.stat(path))) return `it has no ${manifestName}: it was not finished`;
  const text = new TextDecoder().decode(await files.readFile(path));
  const hashes = readHashes(text);
  if (!hashes || (await toText(hashes)) !== text) return `${manifestName} is damaged`;
  for (const [name, hash] of Object.entries(hashes)) {
    const file = files.join(directory, name);
    if (!(await files.stat(file))) return `${name} is missing`;
    if ((await files.sha256(file)) !== hash) return `${name} is not what was written`;
  }
  return undefined;
}

function readHashes(text: string): Hashes | undefined {
  try {
    const found: unknown = (JSON.parse(text) as { files?: unknown } | null)?.files;
    return typeof found === 'object' && found !== null ? (found as Hashes) : undefined;
  } catch {
    return undefined;
  }
}

/** The manifest, with a hash of what it says: the same hashes give the same text. */
async function toText(hashes: Hashes): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(hashes)));
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${JSON.stringify({ files: hashes, sha256 }, null, 2)}\n`;
}

async function filesBelow(files: FileSystem, directory: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(files.join(directory, prefix))) {
    const path = `${prefix}${name}`;
    const { kind } = (await files.stat(files.join(directory, path)))!;
    found.push(...(kind === 'file' ? [path] : await filesBelow(files, directory, `${path}/`)));
  }
  return found;
}
