import assert from 'node:assert/strict';
import { AppError, readErrorBody } from './app-error.ts';

describe('an error that came from elsewhere', () => {
  it('keeps its own words in both languages', () => {
    const error = AppError.fromBody({ code: 'HUB_VERSION', message: 'Version 1 is not spoken here', messageZh: '不支持版本 1' });
    assert.deepEqual(error.toBody(), { code: 'HUB_VERSION', message: 'Version 1 is not spoken here', messageZh: '不支持版本 1', retryable: false, context: {} });
    assert.equal(error.httpStatus, 426);
  });

  it('keeps a code that only a later release knows', () => {
    const body = { code: 'HUB_QUOTA', message: 'Too many boxes', messageZh: '设备过多', retryable: true, context: { limit: 4, list: [1] }, hint: 'new' };
    const error = readErrorBody(JSON.stringify(body))!;
    assert.deepEqual(error.toBody(), { code: 'HUB_QUOTA', message: 'Too many boxes', messageZh: '设备过多', retryable: true, context: { limit: 4 } });
    assert.equal(error.httpStatus, 500);
    assert.equal(AppError.fromBody({ code: 'toString', message: 'x' }).code, 'toString');
    assert.equal(AppError.fromBody({ code: 'HUB_QUOTA', message: 'x' }).retryable, false);
  });

  it('bounds what travels on', () => {
    const error = AppError.fromBody({ code: 'X'.repeat(900), message: 'm'.repeat(9000), context: { a: 'c'.repeat(9000) } });
    assert.deepEqual([error.code.length, error.message.length, error.toBody().messageZh.length, String(error.context['a']).length], [64, 500, 500, 200]);
  });

  for (const text of ['', '<html>', 'null', '[]', '{"code":7}', '{"code":"lower","message":"x"}', '{"code":"HUB_X"}']) {
    it(`is none: ${text || '(empty)'}`, () => assert.equal(readErrorBody(text), null));
  }
});
