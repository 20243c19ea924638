import { linkAbort } from '../lib/linked-abort.ts';
import { readRefusal, type Refusal } from '../hub/refusal.ts';
import type { ViewLink } from '../link/view-link.ts';

export type WhepAnswer =
  | { readonly kind: 'accepted'; readonly sdp: string; readonly resource: string | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unreachable' };

const ANSWER_LIMIT_MS = 5000;

/**
 * POSTs an offer. The answer carries all candidates; the offer needs none, the relay learns the peer by its checks.
 * The resource's address (Location) is relative to the final URL and is used only where it lies on the same origin,
 * because the token travels with it. Never rejects.
 * Source: WHEP draft.
 */
export async function postOffer(link: ViewLink, sdp: string, signal: AbortSignal): Promise<WhepAnswer> {
  const limit = linkAbort(signal);
  const timer = window.setTimeout(() => limit.abort(), ANSWER_LIMIT_MS);
  try {
    const response = await fetch(`/whep/${link.sessionId}`, {
      method: 'POST', headers: { Authorization: `Bearer ${link.token}`, 'Content-Type': 'application/sdp' }, body: sdp, cache: 'no-store',
      signal: limit.signal,
    });
    const body = await response.text();
    if (response.status !== 201) return { kind: 'refused', refusal: readRefusal(response.status, body, response.headers.get('Retry-After')) };
    return { kind: 'accepted', sdp: body, resource: resolveResource(response.headers.get('Location'), response.url) };
  } catch {
    return { kind: 'unreachable' };
  } finally {
    window.clearTimeout(timer);
    limit.release();
  }
}

/** Ends a resource; also while the page goes away. Failure is of no consequence: the relay notices silence. */
export function deleteResource(link: ViewLink, resource: string): void {
  fetch(resource, { method: 'DELETE', headers: { Authorization: `Bearer ${link.token}` }, keepalive: true }).catch(() => undefined);
}

/** @returns null where there is none, or where it lies on another origin than the answer. */
export function resolveResource(location: string | null, answerUrl: string): string | null {
  if (location === null) return null;
  try {
    const resource = new URL(location, answerUrl);
    return resource.origin === new URL(answerUrl).origin ? resource.href : null;
  } catch {
    // No address. (URL.canParse is younger than the browsers of many hospitals.)
    return null;
  }
}
