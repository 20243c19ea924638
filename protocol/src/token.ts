/** Shortest bearer token of a box: 32 random bytes as base64url. */
export const MIN_TOKEN_CHARS = 43;
export const MAX_TOKEN_CHARS = 1024;

/** Characters that a bearer token may have (RFC 6750, b64token), and not absurdly many of them. */
export function isTokenText(text: string): boolean {
  return text.length <= MAX_TOKEN_CHARS && /^[A-Za-z0-9._~+/-]+=*$/.test(text);
}

/**
 * Why a text cannot be a box's token at our hub, in words; null when it can. The one rule of box and hub.
 */
export function describeTokenFault(text: string): string | null {
  if (!isTokenText(text)) return 'not a bearer token (letters, digits and -._~+/ only)';
  return text.length < MIN_TOKEN_CHARS ? `shorter than ${MIN_TOKEN_CHARS} characters (32 random bytes)` : null;
}
