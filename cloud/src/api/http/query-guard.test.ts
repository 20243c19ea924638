import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { hasTokenInQuery } from './query-guard.ts';

describe('tokens in addresses', () => {
  for (const url of ['/watch?token=x', '/a?b=1&access_token=y', '/a?TOKEN=', '/a?%74oken=1', '/a?x=v1.e30.abc']) it(`refuses ${url}`, () => assert.equal(hasTokenInQuery(url), true));
  for (const url of ['/watch', '/watch?lang=zh', '/?', '/a?tokens=1', '/token']) it(`takes ${url}`, () => assert.equal(hasTokenInQuery(url), false));
  it('never throws', () => fc.assert(fc.property(fc.string(), (text) => assert.equal(typeof hasTokenInQuery(`/?${text}`), 'boolean'))));
});
