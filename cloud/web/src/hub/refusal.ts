import { isText, parseFields } from '../lib/json-fields.ts';

/** Why the hub said no. `again`: the same request may succeed later by itself. */
export type Refusal =
  | { readonly kind: 'no-access' | 'link-expired' | 'ended' | 'not-acceptable' | 'too-old' | 'no-h264'; readonly again: false; readonly words: RefusalWords | null }
  | { readonly kind: 'unknown-session' | 'unavailable'; readonly again: true; readonly retryAfterMs: number | null; readonly words: RefusalWords | null };

/** The hub's own sentence in both languages. */
export interface RefusalWords { readonly en: string; readonly zh: string }

const MAX_RETRY_AFTER_MS = 10_000;

/**
 * Sorts an error answer of the hub.
 * @param status HTTP status, not of the 2xx range.
 * @param body the answer's text; an ErrorBody where the hub wrote it, anything where a proxy did.
 * @param retryAfter the Retry-After header, in seconds, or null.
 */
export function readRefusal(status: number, body: string, retryAfter: string | null): Refusal {
  const error = readErrorBody(body);
  const words = error?.words ?? null;
  switch (status) {
    case 401: return { kind: 'no-access', again: false, words };
    case 403: return { kind: error?.code === 'HUB_LINK_EXPIRED' ? 'link-expired' : 'no-access', again: false, words };
    case 404: return { kind: 'unknown-session', again: true, retryAfterMs: 5000, words };
    case 406: return { kind: 'not-acceptable', again: false, words };
    case 410: return { kind: 'ended', again: false, words };
    case 400: case 415: return { kind: 'too-old', again: false, words };
    default: return { kind: 'unavailable', again: true, retryAfterMs: readSeconds(retryAfter), words };
  }
}

function readErrorBody(body: string): { code: string; words: RefusalWords } | null {
  const { code, message, messageZh } = parseFields(body) ?? {};
  if (!isText(code) || !isText(message) || !isText(messageZh)) return null;
  return { code, words: { en: message.slice(0, 300), zh: messageZh.slice(0, 300) } };
}

function readSeconds(text: string | null): number | null {
  if (text === null || !/^\d{1,6}$/.test(text.trim())) return null;
  return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
}
