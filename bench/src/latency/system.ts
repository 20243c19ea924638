import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubRest } from '@scanlink/firmware/hub/hub-rest';
import { createSessionCode } from '@scanlink/firmware/session/session-code';
import { AppError, type BoxStatus } from '@scanlink/protocol';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { LocalSystem } from '../../../scripts/run/system.ts';
import { hubPidsOf, pidsOf } from '../check/check-system.ts';
import type { SystemPids } from '../measure/system-load.ts';
import { CONDITIONS } from './conditions.ts';

const READY_TIMEOUT_MS = 15_000;

/**
 * The local system of `./run` in a folder of its own; the box comes and goes so that it costs nothing while others are
 * measured. A second box identity lets FFmpeg publish into the hub.
 */
export class BenchSystem {
  private readonly system: LocalSystem;
  private readonly guestToken = randomBytes(32).toString('base64url');
  private readonly folder: string;

  private constructor(system: LocalSystem, folder: string) {
    this.system = system;
    this.folder = folder;
  }

  /** Starts the hub. @throws STR_NOT_READY when it is not healthy within 15 s. */
  static async start(rootDir: string): Promise<BenchSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'sl-bench-'));
    const { timing, bitrateKbps } = CONDITIONS;
    const local = new LocalSystem(rootDir, { source: 'phantom', timing, bitrateKbps, port: await findFreePort(), dataDir: folder, seconds: null, check: true, json: false }, (text) => { process.stderr.write(`${text}\n`); });
    const system = new BenchSystem(local, folder);
    try {
      await local.startHub();
      const guestFile = join(folder, 'guest.token');
      await writeFile(guestFile, system.guestToken, { mode: 0o600 });
      await local.enrolBox('box-2', 'FFmpeg', guestFile);
      await system.untilHealthy();
    } catch (error) {
      await system.close();
      throw error;
    }
    return system;
  }

  /** Starts the box, without a session. @param timing what its simulated console puts out. */
  async startBox(timing: string = CONDITIONS.timing): Promise<void> {
    this.system.startBox(timing);
    await this.system.waitFor((box) => box.media.connected && box.hub.connected && box.inputs.some((input) => input.signal === 'locked'), READY_TIMEOUT_MS);
  }

  /** Starts the box and a session. @returns a viewing link. */
  async startBoxLive(timing: string = CONDITIONS.timing): Promise<string> {
    await this.startBox(timing);
    const { sessionId } = await this.startSession();
    await this.system.waitFor((box) => box.session?.state === 'live', READY_TIMEOUT_MS);
    return this.makeLink(sessionId);
  }

  async startSession(): Promise<{ readonly sessionId: string }> {
    return await this.system.startSession();
  }

  async makeLink(sessionId: string): Promise<string> {
    return await this.system.makeLink(sessionId);
  }

  /** The whole hub away for a while, then there again. Resolves as soon as its processes were started again. */
  async loseHub(awayMs: number): Promise<void> {
    await this.system.stopHub();
    await sleep(awayMs);
    this.system.restartHub();
  }

  async stopBox(): Promise<void> {
    await Promise.race([this.system.ask('session.stop', {}).catch(() => null), sleep(1000)]);
    await this.system.stopBox();
  }

  /** A session at the hub without a box of ours: where FFmpeg may publish. */
  async openGuestSession(): Promise<{ whipUrl: string; token: string; viewerUrl: string; end(): Promise<void> }> {
    const hub = new HubRest({ hubUrl: this.system.hubUrl, token: this.guestToken });
    const sessionId = randomUUID();
    const whipUrl = await hub.putSession(sessionId, { code: createSessionCode(), input: 'main', simulated: true, startedMs: Date.now() }, AbortSignal.timeout(READY_TIMEOUT_MS));
    return { whipUrl, token: this.guestToken, viewerUrl: (await hub.makeLink(sessionId)).url, end: () => hub.endSession(sessionId, AbortSignal.timeout(READY_TIMEOUT_MS)) };
  }

  /** @throws Error when a process is not running. */
  pids(): SystemPids {
    return pidsOf(this.system);
  }

  hubPids(): number[] {
    return hubPidsOf(this.system);
  }

  async status(): Promise<BoxStatus | null> {
    return await this.system.status();
  }

  async close(): Promise<void> {
    await this.system.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilHealthy(): Promise<void> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    while (!(await fetch(`${this.system.hubUrl}/health`).then(({ ok }) => ok, () => false))) {
      if (performance.now() > deadlineMs) throw new AppError('STR_NOT_READY', { timeoutMs: READY_TIMEOUT_MS });
      await sleep(50);
    }
  }
}
