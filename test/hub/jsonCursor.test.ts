import { describe, expect, it } from 'vitest';
import { type JsonCursor, jsonCursor } from '../../src/hub/jsonCursor.js';

const cursorOf = (text: string | Uint8Array): JsonCursor =>
  jsonCursor(typeof text === 'string' ? new TextEncoder().encode(text) : text, {
    invalid: (at) => new Error(`invalid at ${at}`),
    duplicate: (name) => new Error(`duplicate ${name}`),
  });
/** Reads an object of whole numbers and such objects. */
function readAll(text: string): Record<string, unknown> {
  const cursor = cursorOf(text);
  const read = (): Record<string, unknown> => {
    const entries: [string, unknown][] = [];
    cursor.object((name) => entries.push([name, cursor.isAt('{') ? read() : cursor.wholeNumber()]));
    return Object.fromEntries(entries);
  };
  const value = read();
  cursor.end();
  return value;
}

describe('a JSON cursor', () => {
  it.each([
    '{}',
    ' {\t"a" : 1 ,\r\n"b":{ "a":0 } } ',
    '{"a\\"b\\\\":9007199254740991,"\\u00fc":2,"Vögel":3,"":4}',
    '{"__proto__":{"__proto__":1}}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(readAll(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"a":1', 6],
    ['{"a":1}}', 7],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a', 1],
    ['{"a\\"', 1],
    ['{"a\\', 1],
    ['{"\\x":1}', 1],
    ['{"\n":1}', 1],
    ['{"a":1} x', 8],
  ])('refuses %j at byte %i', (text, at) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => readAll(text)).toThrow(`invalid at ${at}`);
  });

  it('refuses strings that are not UTF-8', () => {
    expect(() => cursorOf(Uint8Array.of(0x22, 0xc3, 0x22)).string()).toThrow('invalid at 0');
    expect(() => cursorOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)).string()).toThrow('invalid at 0'); // a surrogate
  });

  it.each([
    ['at the top', '{"a":1,"b":2,"a":3}', 'a'],
    ['in a nested object', '{"a":{"x":1,"x":1}}', 'x'],
    ['written with an escape', '{"a":1,"\\u0061":2}', 'a'],
    ['the empty name', '{"":1,"":2}', ''],
  ])('refuses a name that is there twice: %s', (_, text, name) => {
    expect(() => readAll(text)).toThrow(`duplicate ${name}`);
  });

  it.each(['-1', '-0', '1.0', '0.5', '1e3', '1E3', '01', '00', '9007199254740992', '9'.repeat(400), '"1"', 'null', ''])(
    'takes no whole number from %s',
    (text) => {
      expect(cursorOf(text).wholeNumber()).toBeUndefined();
    },
  );

  it('tells what is next, in short', () => {
    expect(cursorOf(' [-1, 2], [3]').excerpt()()).toBe('[-1, 2]');
    expect(cursorOf('x'.repeat(100)).excerpt()()).toHaveLength(60);
  });
});
