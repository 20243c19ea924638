import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError, LinkClaimsSchema, type LinkClaims } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';

const PREFIX = 'v1';
const checkClaims = createCheck(LinkClaimsSchema, 'HUB_WRONG_TOKEN');

/** `v1.` + base64url(JSON LinkClaims) + `.` + base64url(HMAC-SHA256 over what precedes). */
export function signLink(claims: LinkClaims, key: Buffer): string {
  const signed = `${PREFIX}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${sign(signed, key).toString('base64url')}`;
}

/**
 * The claims of a token that this key has signed. The signature is compared in constant time and before anything of
 * the payload is parsed.
 * @throws HUB_WRONG_TOKEN; HUB_LINK_EXPIRED once nowMs has reached the claims' expiry.
 */
export function verifyLink(token: string, key: Buffer, nowMs: number): LinkClaims {
  const [prefix, payload, signature, ...rest] = token.split('.');
  if (prefix !== PREFIX || payload === undefined || signature === undefined || rest.length > 0) throw new AppError('HUB_WRONG_TOKEN');
  const expected = sign(`${prefix}.${payload}`, key);
  const given = Buffer.from(signature, 'base64url');
  // The text is compared too: base64url has several spellings for the same bytes, and only ours was stored.
  const sameText = given.toString('base64url') === signature;
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || !sameText) throw new AppError('HUB_WRONG_TOKEN');
  const claims = checkClaims(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  if (nowMs >= claims.e * 1000) throw new AppError('HUB_LINK_EXPIRED');
  return claims;
}

function sign(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('HUB_WRONG_TOKEN', {}, { cause: error });
  }
}
