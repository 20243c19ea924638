import { createHash, timingSafeEqual } from 'node:crypto';

/** Shortest bearer token of a box: 32 random bytes as base64url. */
export const MIN_TOKEN_CHARS = 43;
export const MAX_TOKEN_CHARS = 1024;
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

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

/** Characters that a bearer token may have (RFC 6750, b64token), and not absurdly many of them. */
export function isTokenText(text: string): boolean {
  return text.length > 0 && text.length <= MAX_TOKEN_CHARS && TOKEN.test(text);
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
