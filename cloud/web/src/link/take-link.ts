import { parseViewLink, tokenOfFragment, type ViewLink } from './view-link.ts';

const STORAGE_KEY = 'scanlink.link';

/** What of the browser the link is taken from; `window` fits. */
export interface LinkSource {
  readonly location: { readonly hash: string; readonly pathname: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void };
}

export type TakenLink = { readonly kind: 'link'; readonly link: ViewLink } | { readonly kind: 'missing' | 'invalid' };

/**
 * Takes the viewing link out of the address: the fragment is removed from what is visible (screens are shared and
 * photographed), the token is kept for this tab only so that a reload works. A fragment wins over what was kept.
 */
export function takeLink(source: LinkSource): TakenLink {
  const fragment = tokenOfFragment(source.location.hash);
  if (fragment !== null) {
    source.history.replaceState(null, '', source.location.pathname);
    const link = parseViewLink(fragment);
    if (link === null) {
      keep(source, null);
      return { kind: 'invalid' };
    }
    keep(source, link.token);
    return { kind: 'link', link };
  }
  const kept = readKept(source);
  if (kept === null) return { kind: 'missing' };
  const link = parseViewLink(kept);
  return link === null ? { kind: 'invalid' } : { kind: 'link', link };
}

/** Storage that a person or a policy has switched off throws: the link then works until a reload. */
function keep(source: LinkSource, token: string | null): void {
  try {
    if (token === null) source.sessionStorage.removeItem(STORAGE_KEY);
    else source.sessionStorage.setItem(STORAGE_KEY, token);
  } catch {
    // See above.
  }
}

function readKept(source: LinkSource): string | null {
  try {
    return source.sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
