import assert from 'node:assert/strict';
import { readEntityTags } from './whip-whep.ts';

describe('If-Match of a PATCH', () => {
  for (const [header, tags] of [
    [undefined, null], ['*', null], [' * ', null], ['"right"', ['right']], ['"other", "right"', ['other', 'right']], ['W/"weak"', ['weak']], ['bare', ['bare']], ['""', ['']],
  ] as const) it(`${header ?? 'none'} is ${tags === null ? 'whatever is there' : tags.join(' or ')}`, () => assert.deepEqual(readEntityTags(header), tags));

  it('of many tags the first 64 are looked at', () => assert.equal(readEntityTags('"x",'.repeat(1000))?.length, 64));
});
