import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { readPssMib } from '../../../scripts/lib/proc.ts';
import type { BoxStatus, SessionView } from '@scanlink/protocol';
import type { Readings } from '../run/judge-growth.ts';
import { BASE_TIMING, UNITS, type Fault, type Unit } from '../run/plan-faults.ts';
import { createChain, eventually, isLive, openBrowser, presentedFrames, waitForPictures } from '../../support/chain.ts';

/** Generous: what is waited for comes within seconds on a quiet machine. */
const LIMIT_MS = 60_000;
const PICTURES = 5;

/** Measured, never asserted; milliseconds. */
export interface StepTimes {
  /** From the fault to the box's and the page's word of it; null where nobody has to notice. */
  readonly noticedMs: number | null;
  /** From the end of the fault (a kill: from the kill) until the page is live with new pictures. */
  readonly recoveredMs: number;
}

/** A running chain with one viewer in Chromium, to which faults are done one at a time. */
export class SoakedChain {
  readonly messages: readonly string[];
  private readonly chain: Awaited<ReturnType<typeof createChain>>;
  private readonly browser: Awaited<ReturnType<typeof openBrowser>>;
  private page: Page;
  private sessionId: string;

  private constructor(chain: Awaited<ReturnType<typeof createChain>>, browser: Awaited<ReturnType<typeof openBrowser>>, sessionId: string) {
    this.chain = chain;
    this.browser = browser;
    this.messages = chain.messages;
    this.page = browser.page;
    this.sessionId = sessionId;
  }

  /** Starts hub, box and viewer; resolves when pictures come. */
  static async start(): Promise<SoakedChain> {
    const chain = await createChain({ timing: BASE_TIMING });
    let browser: Awaited<ReturnType<typeof openBrowser>> | null = null;
    try {
      await chain.system.start();
      const status = await chain.system.waitFor(isLive, LIMIT_MS);
      browser = await openBrowser();
      const soaked = new SoakedChain(chain, browser, sessionOf(status).sessionId);
      await soaked.openPage();
      await soaked.untilLive(BASE_TIMING);
      return soaked;
    } catch (error) {
      await browser?.close();
      await chain.close();
      throw new Error(`the chain did not start: ${(error as Error).message}\n${chain.messages.join('\n')}`, { cause: error });
    }
  }

  get logDir(): string {
    return this.chain.system.layout.logDir;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.chain.close();
  }

  /** Does one fault, ends it, waits until all is as before. @throws Error that names what did not come. */
  async suffer(fault: Fault, holdMs: number): Promise<StepTimes> {
    const startedMs = performance.now();
    switch (fault.kind) {
      case 'signal': {
        await this.chain.system.ask('sim', { command: fault.command });
        await eventually(`input ${fault.seen.signal}, ${fault.seen.activity}`, async () => {
          const input = (await this.chain.system.status())?.inputs[0];
          return input?.signal === fault.seen.signal && input.activity === fault.seen.activity;
        }, LIMIT_MS);
        await this.untilPage(fault.seen.signal === 'locked' ? fault.seen.activity : 'no-signal');
        const noticedMs = performance.now() - startedMs;
        await pause(holdMs);
        return { noticedMs, recoveredMs: await this.recover(() => this.chain.system.ask('sim', { command: fault.back })) };
      }
      case 'timing': {
        const recoveredMs = await this.recover(() => this.chain.system.ask('sim', { command: 'timing', timing: fault.timing }), fault.timing);
        await pause(holdMs);
        await this.recover(() => this.chain.system.ask('sim', { command: 'timing', timing: BASE_TIMING }));
        return { noticedMs: null, recoveredMs };
      }
      case 'kill': return { noticedMs: null, recoveredMs: await this.recover(() => this.kill(fault.unit)) };
      default: return await this.endAndStart(holdMs);
    }
  }

  /** Memory and open files of each unit now; null when one is just between two lives. */
  async read(): Promise<Readings | null> {
    const pids = this.chain.system.pids();
    try {
      return Object.fromEntries(await Promise.all(UNITS.map(async (unit) => {
        const pid = pids[unit] ?? -1;
        return [unit, { pid, pssMib: await readPssMib(pid), files: readdirSync(`/proc/${pid}/fd`).length }] as const;
      })));
    } catch {
      return null;
    }
  }

  private async recover(end: () => Promise<unknown>, timing = BASE_TIMING): Promise<number> {
    const startedMs = performance.now();
    await end();
    await this.untilLive(timing);
    return performance.now() - startedMs;
  }

  /** Kills a unit and waits until box and supervisor know its successor: what they say of the killed one must not count. */
  private async kill(unit: Unit): Promise<void> {
    const before = await eventually('a status', () => this.chain.system.status(), LIMIT_MS);
    const pid = this.chain.system.pids()[unit];
    assert.ok(pid !== undefined, `${unit} runs`);
    process.kill(pid, 'SIGKILL');
    await eventually(`another ${unit}`, () => { const now = this.chain.system.pids()[unit]; return now !== undefined && now !== pid; }, LIMIT_MS);
    await eventually(`the box to know another ${unit}`, async () => {
      const now = await this.chain.system.status();
      if (!now) return false;
      switch (unit) {
        case 'media': return now.media.connected && now.media.pid !== before.media.pid;
        case 'hub-relay': return now.hub.relayEpoch !== null && now.hub.relayEpoch !== before.hub.relayEpoch;
        case 'hub-api': return now.hub.connected && now.hub.sinceMs !== before.hub.sinceMs;
        default: return now.startedMs !== before.startedMs;
      }
    }, LIMIT_MS);
    if (unit === 'media') await eventually('a gap of reason media-died', async () => (await this.chain.system.status())?.session?.gaps.some((gap) => gap.reason === 'media-died'), LIMIT_MS);
  }

  /** Ends the session, which the page must tell, and after a pause starts another with a page of its own. */
  private async endAndStart(pauseMs: number): Promise<StepTimes> {
    const startedMs = performance.now();
    await this.chain.system.ask('session.stop', {});
    await this.untilPage('ended');
    await eventually('no session', async () => (await this.chain.system.status())?.session === null, LIMIT_MS);
    const noticedMs = performance.now() - startedMs;
    await pause(pauseMs);
    const recoveredMs = await this.recover(async () => {
      const { sessionId } = await this.chain.system.ask<SessionView>('session.start', {});
      assert.notEqual(sessionId, this.sessionId, 'another session has an id of its own');
      this.sessionId = sessionId;
      await this.openPage();
    });
    return { noticedMs, recoveredMs };
  }

  private async openPage(): Promise<void> {
    // The hub learns of a session a moment after the box.
    const link = await eventually('a viewing link', () => this.chain.system.makeLink(this.sessionId).catch(() => null), LIMIT_MS);
    const page = await this.browser.context.newPage();
    await this.page.close();
    this.page = page;
    await page.goto(link);
  }

  private async untilPage(kind: string): Promise<void> {
    await eventually(`the page to say ${kind}`, async () => await this.pageSays() === kind, LIMIT_MS);
  }

  private pageSays(): Promise<string | null> {
    return this.page.evaluate<string | null>("document.querySelector('.page')?.dataset.status ?? null");
  }

  /** Box, hub and page say live, in the same session, and new pictures come. */
  private async untilLive(timing: string): Promise<void> {
    let seen = 'nothing';
    const live = async (): Promise<boolean> => {
      const status = await this.chain.system.status();
      const page = await this.pageSays();
      seen = JSON.stringify({ page, session: status?.session?.state, publisher: status?.publisher?.state, hub: status?.hub.connected, signal: status?.inputs[0]?.signal, activity: status?.inputs[0]?.activity, timing: status?.inputs[0]?.timing });
      const input = status?.inputs[0];
      return status !== null && isLive(status) && status.hub.connected && input?.signal === 'locked' && input.activity === 'moving' && input.timing === timing && page === 'live';
    };
    await eventually(`live again at ${timing}`, live, LIMIT_MS).catch((error: unknown) => { throw new Error(`${(error as Error).message}; last: ${seen}`, { cause: error }); });
    const shown = await presentedFrames(this.page);
    await waitForPictures(this.page, PICTURES, LIMIT_MS).catch((error: unknown) => { throw new Error(`${(error as Error).message}; ${shown} shown before; last: ${seen}`, { cause: error }); });
    const session = (await this.chain.system.status())?.session;
    assert.equal(session?.sessionId, this.sessionId, 'the same session goes on');
  }
}

function sessionOf(status: BoxStatus): SessionView {
  assert.ok(status.session, 'a session');
  return status.session;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
