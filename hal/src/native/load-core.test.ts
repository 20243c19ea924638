import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { fromNative, loadCore } from './load-core.ts';

const nativeError = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('load-core', () => {
  for (const code of ['NAT_BAD_ARGUMENT', 'NAT_CROP_MISFIT', 'NAT_ENCODER', 'NAT_NO_FRAME', 'NAT_PREVIEW', 'NAT_STILL_WRITE'])
    it(`turns ${code} into an AppError with both languages and the cause`, () => {
      const cause = nativeError(code, 'crop: not an object');
      const error = fromNative(cause);
      assert.ok(error instanceof AppError);
      assert.equal(error.code, code);
      assert.equal(error.cause, cause);
      assert.match(error.toBody().messageZh, /[一-鿿]/);
    });

  it('leaves every other error as it is', () => {
    for (const thrown of [new Error('x'), nativeError('ENOENT', 'x'), nativeError('NAT_ADDON_MISSING_NOT', 'x'), 'text', null, undefined])
      assert.equal(fromNative(thrown), thrown);
  });

  it('says NAT_ADDON_MISSING, and what to do, when there is no addon', () => {
    assert.throws(() => loadCore('/nonexistent/scanlink_core.node'), (error: unknown) =>
      error instanceof AppError && error.code === 'NAT_ADDON_MISSING' && error.message.includes('build-native.sh') && !error.message.includes('{'));
  });
});
