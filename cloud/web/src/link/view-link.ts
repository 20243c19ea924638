import { isText, parseFields, type Fields } from '../lib/json-fields.ts';

/** A viewing link as the page holds it. The token is a secret: it is never logged and never put into an address again. */
export interface ViewLink {
  readonly token: string;
  readonly sessionId: string;
  /** Unix milliseconds by the hub's clock; the hub decides, the page's own clock may be wrong. */
  readonly expiresMs: number;
}

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TOKEN = /^v1\.[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{16,128}$/;

/**
 * Reads a viewing link's token: `v1.` + base64url(JSON claims) + `.` + base64url(signature).
 * The signature is the hub's business; the page needs the session id of the claims only.
 * @returns null for anything else.
 * Source: protocol/src/hub/api.ts, LinkClaims.
 */
export function parseViewLink(text: string): ViewLink | null {
  const token = text.trim();
  if (!TOKEN.test(token)) return null;
  const claims = decodeClaims(token.split('.')[1] ?? '');
  if (claims === null) return null;
  const { s: sessionId, e: expiresSeconds } = claims;
  if (!isText(sessionId) || !SESSION_ID.test(sessionId)) return null;
  if (typeof expiresSeconds !== 'number' || !Number.isSafeInteger(expiresSeconds) || expiresSeconds <= 0) return null;
  return { token, sessionId, expiresMs: expiresSeconds * 1000 };
}

/**
 * The token of an address's fragment (`#v1....`), or null where the fragment is empty. What chat programs stick to a
 * link's end (a full stop, a bracket, a blank, also percent-encoded) is no part of it.
 */
export function tokenOfFragment(fragment: string): string | null {
  const text = fragment.replace(/^#/, '').replace(/(?:%[0-9A-Fa-f]{2}|[^A-Za-z0-9_-])+$/, '');
  return text === '' ? null : text;
}

function decodeClaims(base64url: string): Fields | null {
  try {
    return parseFields(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    // Not base64.
    return null;
  }
}
