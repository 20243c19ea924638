import { boardErrors } from './board.ts';
import { cfgErrors } from './cfg.ts';
import { devErrors } from './dev.ts';
import { hubErrors } from './hub.ts';
import { natErrors } from './nat.ts';
import { stoErrors } from './sto.ts';
import { strErrors } from './str.ts';
import type { ErrorEntry } from './entry.ts';

const bugErrors = {
  BUG_UNEXPECTED: { en: 'Unexpected failure: {detail}', zh: '意外故障：{detail}', retryable: false },
} as const;

const all = { ...cfgErrors, ...boardErrors, ...devErrors, ...natErrors, ...stoErrors, ...strErrors, ...hubErrors, ...bugErrors } as const;

export type ErrorCode = keyof typeof all;

/**
 * Every error code of ScanLink. Families, a file each: CFG_ configuration and command line, DEV_ devices and
 * capture, NAT_ native core, STO_ store, STR_ streaming from the box, HUB_ the hub's answers, BUG_ our own faults.
 * A code is never reused for another meaning; docs/ERRORS.md is generated from this table and a test compares them.
 * Each is thrown somewhere in the product (tests/contract/error-codes.test.ts).
 */
export const catalogue: Readonly<Record<ErrorCode, ErrorEntry>> = all;

/** Codes that nothing throws any more, with what they meant; a log of before may hold them. */
export const retiredCodes: Readonly<Record<string, string>> = { DEV_LOST: 'a capture device was lost', DEV_TIMEOUT: 'no frame came in time' };
