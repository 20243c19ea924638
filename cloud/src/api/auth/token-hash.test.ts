import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isTokenText } from '@scanlink/protocol';
import { equalHashes, hashToken, readBearer } from './token-hash.ts';

describe('bearer tokens', () => {
  const headers: readonly (readonly [string | undefined, string | null])[] = [
    [undefined, null], ['', null], ['Bearer', null], ['Bearer ', null], ['Basic abc', null], ['Bearer a b', null], ['Bearer a,b', null], ['Bearer äö', null],
    ['Bearer abc', 'abc'], ['bearer abc', 'abc'], ['BEARER  abc ', 'abc'], ['Bearer v1.e30.x-_y', 'v1.e30.x-_y'],
    [`Bearer ${'a'.repeat(1024)}`, 'a'.repeat(1024)], [`Bearer ${'a'.repeat(1025)}`, null],
  ];
  for (const [header, expected] of headers) it(`reads ${JSON.stringify(header)?.slice(0, 30)} as ${JSON.stringify(expected)?.slice(0, 20)}`, () => assert.equal(readBearer(header), expected));

  it('never throws on a header of any text, and gives only token characters', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const token = readBearer(`Bearer ${text}`);
      assert.ok(token === null || isTokenText(token));
    }));
  });

  it('hashes as SHA-256 and compares whole hashes', () => {
    assert.equal(hashToken('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(equalHashes(hashToken('abc'), hashToken('abc')), true);
    assert.equal(equalHashes(hashToken('abc'), hashToken('abd')), false);
    assert.equal(equalHashes(hashToken('abc'), hashToken('abc').slice(1)), false);
    assert.equal(equalHashes('', hashToken('abc')), false);
  });
});
