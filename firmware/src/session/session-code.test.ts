import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SessionCodeSchema } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { createSessionCode } from './session-code.ts';

describe('session code', () => {
  it('is always four characters that nobody mixes up on the telephone', () => {
    const check = createCheck(SessionCodeSchema);
    fc.assert(fc.property(fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (picks) => {
      let next = 0;
      const code = createSessionCode((limit) => picks[next++]! % limit);
      check(code);
      assert.doesNotMatch(code, /[0O1IL]/);
    }));
  });
});
