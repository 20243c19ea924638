import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import * as fc from 'fast-check';
import { signLink, verifyLink } from './link-token.ts';

const KEY = Buffer.alloc(32, 7);
const SESSION = '11111111-2222-4333-8444-555555555555';
const claims = fc.record({ s: fc.uuid().map((id) => id.toLowerCase()), e: fc.integer({ min: 1, max: 4_000_000_000 }), n: fc.string({ maxLength: 32 }) }, { noNullPrototype: true });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
  return 'accepted';
}

describe('viewing link token', () => {
  it('gives back the claims that were signed, until they expire', () => {
    fc.assert(fc.property(claims, (given) => {
      const token = signLink(given, KEY);
      assert.deepEqual(verifyLink(token, KEY, given.e * 1000 - 1), given);
      assert.equal(codeOf(() => verifyLink(token, KEY, given.e * 1000)), 'HUB_LINK_EXPIRED');
    }));
  });

  it('refuses a token with any one character changed', () => {
    const token = signLink({ s: SESSION, e: 4_000_000_000, n: 'x' }, KEY);
    fc.assert(fc.property(fc.nat({ max: token.length - 1 }), fc.constantFrom(...'ABCxyz019-_.+/= '.split('')), (index, character) => {
      fc.pre(token[index] !== character);
      const changed = token.slice(0, index) + character + token.slice(index + 1);
      assert.equal(codeOf(() => verifyLink(changed, KEY, 0)), 'HUB_WRONG_TOKEN');
    }), { numRuns: 500 });
  });

  it('refuses every other key', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      fc.pre(!KEY.equals(bytes));
      const token = signLink({ s: SESSION, e: 4_000_000_000, n: '' }, Buffer.from(bytes));
      assert.equal(codeOf(() => verifyLink(token, KEY, 0)), 'HUB_WRONG_TOKEN');
    }));
  });

  it('refuses any text without another failure', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `v1.${text}.${text}`)), (text) => {
      assert.equal(codeOf(() => verifyLink(text, KEY, 0)), 'HUB_WRONG_TOKEN');
    }));
  });

  it('refuses rightly signed claims that are not of the schema', () => {
    const wrong = { s: SESSION, e: 4_000_000_000, n: '', admin: true };
    assert.equal(codeOf(() => verifyLink(signLink(wrong, KEY), KEY, 0)), 'HUB_WRONG_TOKEN');
  });
});
