import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isNumber, isWhole, parseFields } from './json-fields.ts';

describe('fields of JSON', () => {
  it('are those of an object', () => assert.deepEqual(parseFields('{"a":[1],"b":null}'), { a: [1], b: null }));
  for (const text of ['', '{', 'null', '1', '"text"', '[]', '[{"a":1}]', 'undefined']) it(`are not in ${text === '' ? 'an empty text' : text}`, () => assert.equal(parseFields(text), null));
  it('never throw', () => { fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { parseFields(text); })); });
  it('tell numbers from what only looks like one', () => {
    assert.deepEqual([1.5, 0, Number.NaN, Number.POSITIVE_INFINITY, '1', null].map(isNumber), [true, true, false, false, false, false]);
    assert.deepEqual([-3, 1.5, '1', Number.NaN].map(isWhole), [true, false, false, false]);
  });
});
