import { createHash, timingSafeEqual } from 'node:crypto';
import { isTokenText } from '@scanlink/protocol';

/** SHA-256, hex. Enough for tokens of 32 random bytes: there is nothing to guess, so no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares two hashes in constant time; false when their lengths differ. */
export function equalHashes(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

/**
 * The token of an Authorization header; null when there is no bearer token in it.
 * The scheme is case-insensitive (RFC 9110).
 */
export function readBearer(header: string | undefined): string | null {
  const match = /^bearer +(\S+) *$/i.exec(header ?? '');
  const token = match?.[1];
  return token !== undefined && isTokenText(token) ? token : null;
}
