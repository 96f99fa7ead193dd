/**
 * Whether an import failed because a package is not there, and not because a file of it is missing: in the words of Node,
 * browsers, and Vite, which puts a module that throws in the place of an optional peer.
 */
export const isMissingPackage = (error: unknown): boolean =>
  /Cannot find (package|module) '[@\w][\w./-]*'|Failed to (fetch|resolve)|Could not resolve "/.test(String(error));
