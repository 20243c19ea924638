import { randomInt } from 'node:crypto';
import { SESSION_CODE_ALPHABET } from '@scanlink/protocol';

/** A new 4-character code of SESSION_CODE_ALPHABET. pick(n) gives an integer in 0..n-1. */
export function createSessionCode(pick: (limit: number) => number = (limit) => randomInt(limit)): string {
  return Array.from({ length: 4 }, () => SESSION_CODE_ALPHABET[pick(SESSION_CODE_ALPHABET.length)]).join('');
}
