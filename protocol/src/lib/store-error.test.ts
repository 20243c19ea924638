import assert from 'node:assert/strict';
import { AppError } from '../errors/app-error.ts';
import { toStoreError } from './store-error.ts';

describe('errors of the store', () => {
  const rows = [
    ['SQLITE_FULL', 'STO_FULL'], ['SQLITE_IOERR_WRITE', 'STO_FULL'], ['SQLITE_IOERR_SHMSIZE', 'STO_FULL'], ['ENOSPC', 'STO_FULL'], ['EDQUOT', 'STO_FULL'],
    ['SQLITE_BUSY', 'STO_BUSY'], ['SQLITE_BUSY_SNAPSHOT', 'STO_BUSY'],
    ['SQLITE_CORRUPT', 'STO_DAMAGED'], ['SQLITE_CORRUPT_INDEX', 'STO_DAMAGED'], ['SQLITE_NOTADB', 'STO_DAMAGED'],
    ['SQLITE_IOERR_READ', 'STO_OPEN'], ['SQLITE_ERROR', 'STO_OPEN'], ['EACCES', 'STO_OPEN'],
  ] as const;
  for (const [code, expected] of rows) it(`${code} is ${expected}`, () => assert.equal(toStoreError(Object.assign(new Error('x'), { code })).code, expected));
  it('ours stays what it is', () => assert.equal(toStoreError(new AppError('STO_NEWER', { found: 'a', known: 'b' })).code, 'STO_NEWER'));
});
