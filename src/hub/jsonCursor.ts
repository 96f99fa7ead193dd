/** A place in a JSON text from which one value after another is read. What is not as asked for is refused, not skipped. */
export interface JsonCursor {
  /** Goes past `character`, which must be next. */
  expect(character: string): void;
  /** Goes past `character` if it is next; says whether it was. */
  take(character: string): boolean;
  /** Whether `character` is next. */
  isAt(character: string): boolean;
  /** Reads a string. */
  string(): string;
  /** Reads a whole number from 0 to 2^53 - 1 that is written in digits alone; `undefined` where there is none. */
  wholeNumber(): number | undefined;
  /** Reads an object: `onValue` reads the value of each name. */
  object(onValue: (name: string) => void): void;
  /** The text must end here. */
  end(): void;
  /** Gives the text of what is next now, a short value or the beginning of a long one, when it is asked: for a message. */
  excerpt(): () => string;
}

/** How what is wrong becomes an error. */
export interface JsonProblems {
  /** The bytes are not JSON in UTF-8. */
  invalid(at: number, cause?: unknown): Error;
  /** An object holds a name twice. */
  duplicate(name: string): Error;
}

const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= ZERO && byte <= NINE;
/** After a number, these say that it is another than its digits do. */
const isPartOfNumber = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && '.eE+-'.includes(String.fromCharCode(byte)));

/**
 * Reads JSON of a known form straight from its bytes. `JSON.parse` builds all that a file cares to write, forty times its size
 * for a million brackets, keeps the last of two equal names without a word, and rounds numbers; this makes only what is asked for.
 */
export function jsonCursor(bytes: Uint8Array, problems: JsonProblems): JsonCursor {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  const next = (): number | undefined => {
    while (isSpace(bytes[at])) at++;
    return bytes[at];
  };
  const isAt = (character: string): boolean => next() === character.charCodeAt(0);
  const take = (character: string): boolean => isAt(character) && at++ >= 0;
  const expect = (character: string): void => {
    if (!take(character)) throw problems.invalid(at);
  };

  function string(): string {
    if (next() !== QUOTE) throw problems.invalid(at);
    const start = at;
    for (at++; bytes[at] !== QUOTE; at++) {
      if (bytes[at] === BACKSLASH) at++;
      if (at >= bytes.length) throw problems.invalid(start);
    }
    at++;
    try {
      return JSON.parse(decoder.decode(bytes.subarray(start, at))) as string;
    } catch (cause) {
      throw problems.invalid(start, cause);
    }
  }

  function wholeNumber(): number | undefined {
    if (!isDigit(next())) return undefined;
    const start = at;
    let value = 0;
    for (; isDigit(bytes[at]) && Number.isSafeInteger(value); at++) value = 10 * value + (bytes[at]! - ZERO);
    const hasLeadingZero = bytes[start] === ZERO && at > start + 1;
    if (Number.isSafeInteger(value) && !hasLeadingZero && !isPartOfNumber(bytes[at])) return value;
    return undefined;
  }

  function object(onValue: (name: string) => void): void {
    expect('{');
    if (take('}')) return;
    const seen = new Set<string>();
    do {
      const name = string();
      if (seen.has(name)) throw problems.duplicate(name);
      seen.add(name);
      expect(':');
      onValue(name);
    } while (take(','));
    expect('}');
  }

  return {
    expect,
    take,
    isAt,
    string,
    wholeNumber,
    object,
    end() {
      if (next() !== undefined) throw problems.invalid(at);
    },
    excerpt() {
      next();
      const start = at;
      return () => {
        const text = new TextDecoder().decode(bytes.subarray(start, start + 60));
        const closing = text.search(/[\]}]/);
        return closing < 0 ? text : text.slice(0, closing + 1);
      };
    },
  };
}
