import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What `window.__scanlink` tells, as far as the tests read it. */
export interface Handle {
  readonly status: { readonly kind: string; readonly [field: string]: unknown };
  readonly picture: 'none' | 'current' | 'notice' | 'old';
  readonly stats: { readonly fps: number | null; readonly bitrateKbps: number | null; readonly widthPx: number; readonly codec: string | null; readonly lossFraction: number | null };
  readonly delay: { readonly kind: 'measured' | 'unknown'; readonly medianMs?: number; readonly uncertaintyMs?: number; readonly reason?: string };
  readonly joinMs: number | null;
  readonly firstFrameAtMs: number | null;
  readonly framesPresented: number;
  readonly attempts: number;
}

export const readHandle = (page: Page): Promise<Handle | null> => page.evaluate('window.__scanlink ?? null');

/** Waits until the page's handle fits; the limit is no measure of speed. */
export async function waitFor(page: Page, what: string, fits: (handle: Handle) => boolean, limitMs = 15_000): Promise<Handle> {
  const deadline = performance.now() + limitMs;
  let seen: Handle | null = null;
  while (performance.now() < deadline) {
    // While the page loads anew there is no handle to read.
    seen = await readHandle(page).catch(() => null);
    if (seen !== null && fits(seen)) return seen;
    await sleep(40);
  }
  throw new Error(`waited for ${what}; last seen ${JSON.stringify(seen?.status)} picture ${seen?.picture} delay ${JSON.stringify(seen?.delay)} attempts ${seen?.attempts}`);
}
/**
 * Waits until an expression of the page is true. Asked through the debugger each time: page.waitForFunction would ask a
 * second time by eval, which the page's policy refuses.
 */
export async function waitUntil(page: Page, expression: string, limitMs = 15_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (performance.now() > deadline) throw new Error(`waited for ${expression}`);
    await sleep(40);
  }
}
export const isStatus = (kind: string, fields: Record<string, unknown> = {}) => (handle: Handle): boolean =>
  handle.status.kind === kind && Object.entries(fields).every(([key, value]) => handle.status[key] === value);

/** The value of a function of the element that a selector finds. */
export const evaluateOn = <T>(page: Page, selector: string, expression: string): Promise<T> => page.evaluate<T>(`(${expression})(document.querySelector('${selector}'))`);
/** Mean of an element's pixels, 0 to 255; null where it holds none. */
export const brightnessOf = (page: Page, selector: string): Promise<number | null> => evaluateOn(page, selector, `(element) => {
  if (element instanceof HTMLVideoElement ? element.readyState < 2 : element.width === 0) return null;
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
  const context = canvas.getContext('2d');
  context.drawImage(element, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  return data.reduce((sum, value, index) => (index % 4 === 3 ? sum : sum + value), 0) / (64 * 36 * 3);
}`);
