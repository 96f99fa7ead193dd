/** A text; or one for a `count` of 1 and one for the others. */
export type Message = string | readonly [one: string, other: string];
