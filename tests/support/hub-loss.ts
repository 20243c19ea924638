import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { LocalSystem } from '../../scripts/run/system.ts';

const HUB_UNITS = ['hub-api', 'hub-relay'] as const;

/** What the page said about itself, in order. atMs: Unix milliseconds. */
export interface PageMark { readonly atMs: number; readonly kind: string; readonly picture: string }
export interface PageRecord { readonly marks: readonly PageMark[]; /** When pictures were presented, Unix milliseconds. */ readonly pictures: readonly number[] }

/**
 * Sends a signal to both processes of the hub. SIGSTOP makes them silent while their sockets stay open, as a network
 * that swallows packets does; the chain must be one without heartbeats, else the supervisor replaces them. @returns Unix milliseconds.
 */
export function signalHub(system: LocalSystem, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): number {
  const pids = system.pids();
  for (const unit of HUB_UNITS) {
    const pid = pids[unit];
    if (pid === undefined) throw new Error(`${unit} does not run`);
    process.kill(pid, signal);
  }
  return Date.now();
}

/** Waits until the hub answers and its relay is up. @returns Unix milliseconds of that moment, found within about 20 ms. */
export async function waitForHub(system: LocalSystem, timeoutMs = 30_000): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const answer = await fetch(`${system.hubUrl}/health`, { signal: AbortSignal.timeout(500) }).catch(() => null);
    const body = answer?.ok ? await answer.json().catch(() => null) as { relay?: { up?: boolean } } | null : null;
    if (body?.relay?.up === true) return Date.now();
    await sleep(20);
  }
  throw new Error(`waited ${timeoutMs} ms for the hub`);
}

/** Begins to note in the page what it says and when it presents pictures; what was noted before is dropped. */
export async function startPageRecord(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const now = () => performance.timeOrigin + performance.now();
    const first = window.__record === undefined;
    window.__record = { marks: [], pictures: [] };
    const look = () => {
      const { status, picture } = window.__scanlink;
      const last = window.__record.marks.at(-1);
      if (last?.kind !== status.kind || last?.picture !== picture) window.__record.marks.push({ atMs: now(), kind: status.kind, picture });
    };
    if (first) {
      setInterval(look, 10);
      window.addEventListener('scanlink:frame', ({ detail }) => window.__record.pictures.push(performance.timeOrigin + detail.presentationTimeMs));
    }
    look();
  })()`);
}

export const readPageRecord = (page: Page): Promise<PageRecord> => page.evaluate<PageRecord>('window.__record');
