import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from '../../src/hub/duplicateKey.js';

describe('findDuplicateKey', () => {
  it.each([
    ['at the top', '{"a": 1, "b": 2, "a": 3}', 'a'],
    ['in a nested object', '{"a": {"shape": [], "shape": []}}', 'shape'],
    ['in an object in an array', '[{"x": 1}, {"x": 1, "x": 2}]', 'x'],
    ['written with an escape', '{"a": 1, "\\u0061": 2}', 'a'],
    ['before a space and a colon', '{"a" : 1, "a"\t\n: 2}', 'a'],
    ['the empty name', '{"": 1, "": 2}', ''],
  ])('finds a name that is there twice: %s', (_, json, key) => {
    JSON.parse(json); // the case is valid JSON
    expect(findDuplicateKey(json)).toBe(key);
  });

  it.each([
    ['the same name in two objects', '{"a": {"x": 1}, "b": {"x": 1}}'],
    ['a name equal to a value', '{"a": "a", "b": ["a", "a"]}'],
    ['braces, quotes and colons in strings', '{"a": "{\\"a\\":", "b\\\\": "\\\\", "c": "},{"}'],
    ['a name of the parent again after a child', '{"a": {"b": 1}, "b": 2}'],
    ['no object', '[1, "a", null]'],
  ])('accepts %s', (_, json) => {
    JSON.parse(json);
    expect(findDuplicateKey(json)).toBeUndefined();
  });
});
