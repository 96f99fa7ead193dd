/** A command line that cannot be understood: exit code 2, and a word on how to ask for help. */
export class UsageError extends Error {}
