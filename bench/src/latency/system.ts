import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BUNDLES, ensureBundles } from '../../../scripts/bundle.ts';
import { askBox, readBoxStatus } from '../../../scripts/run/ask-box.ts';
import { ProcessSupervisor } from '../../../scripts/run/supervisor/supervisor.process.ts';
import { LinkResultSchema, SESSION_CODE_ALPHABET, SessionPutResultSchema, type BoxStatus, type SessionView } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { prepareLayout, readToken, writeBoxConfig, type Layout } from '../../../scripts/run/layout.ts';
import type { RunArguments } from '../../../scripts/run/arguments.ts';
import { describeUnits } from '../../../scripts/run/units.ts';
import type { SystemPids } from '../measure/system-load.ts';
import { CONDITIONS } from './conditions.ts';
import { findFreePort } from '../../../scripts/lib/free-port.ts';

/**
 * Hub and box as `./run` starts them, in a folder of their own; the box comes and goes so that it costs nothing while
 * others are measured. A second box identity lets FFmpeg publish into the hub.
 */
export class BenchSystem {
  readonly layout: Layout;
  readonly hubUrl: string;
  private readonly folder: string;
  private readonly units: ReturnType<typeof describeUnits>;
  private readonly supervisor: ProcessSupervisor;
  private readonly guestToken: string;
  private readonly args: RunArguments;
  private lastLines: string[] = [];

  private constructor(rootDir: string, folder: string, port: number, guestToken: string) {
    this.folder = folder;
    this.guestToken = guestToken;
    this.hubUrl = `http://127.0.0.1:${port}`;
    this.args = { source: 'phantom', timing: CONDITIONS.timing, bitrateKbps: CONDITIONS.bitrateKbps, port, dataDir: folder, seconds: null, check: true, json: false };
    this.layout = prepareLayout(folder);
    this.units = describeUnits(rootDir, this.layout, this.args);
    this.supervisor = new ProcessSupervisor({ onLine: ({ name, line }) => { this.lastLines = [...this.lastLines.slice(-19), `[${name}] ${line.slice(0, 300)}`]; } });
  }

  /** Starts the hub. @throws Error with the last log lines when it is not healthy within 10 s. */
  static async start(rootDir: string): Promise<BenchSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'sl-bench-'));
    const guestToken = randomBytes(32).toString('base64url');
    const system = new BenchSystem(rootDir, folder, await findFreePort(), guestToken);
    try {
      await ensureBundles(rootDir);
      const guestFile = join(folder, 'guest.token');
      await writeFile(guestFile, guestToken, { mode: 0o600 });
      for (const [id, file] of [['box-1', system.layout.tokenFile], ['box-2', guestFile]] as const) {
        await promisify(execFile)(process.execPath, [join(rootDir, BUNDLES['cloud/src/admin/main.ts']), 'box', 'add', '--data', system.layout.hubDir, '--id', id, '--name', id, '--room', 'Bench', '--token-file', file]);
      }
      for (const unit of system.units.hub) system.supervisor.start(unit);
      await system.until(async () => (await fetch(`${system.hubUrl}/health`)).ok, 'the hub is healthy');
    } catch (error) {
      await system.close();
      throw error;
    }
    return system;
  }

  /** Starts the box, without a session. @param timing what its simulated console puts out. */
  async startBox(timing: string = CONDITIONS.timing): Promise<void> {
    writeBoxConfig(this.layout, { ...this.args, timing });
    for (const unit of this.units.box) this.supervisor.start(unit);
    await this.until(async () => {
      const status = await this.status();
      return status?.media.connected === true && status.hub.connected && status.inputs.some((input) => input.signal === 'locked');
    }, 'the box is connected');
  }

  /** Starts the box and a session. @returns a viewing link. */
  async startBoxLive(timing: string = CONDITIONS.timing): Promise<string> {
    await this.startBox(timing);
    const { sessionId } = await this.startSession();
    await this.until(() => this.isLive(), 'the session is live');
    return this.makeLink(sessionId);
  }

  async startSession(): Promise<{ readonly sessionId: string }> {
    return await this.ask<SessionView>('session.start', {});
  }

  async isLive(): Promise<boolean> {
    return (await this.status())?.session?.state === 'live';
  }

  /** The whole hub away for a while, then there again. Resolves as soon as its processes were started again. */
  async loseHub(awayMs: number): Promise<void> {
    await Promise.all(this.units.hub.map((unit) => this.supervisor.stop(unit.name)));
    await sleep(awayMs);
    for (const unit of this.units.hub) this.supervisor.start(unit);
  }

  async stopBox(): Promise<void> {
    await Promise.race([this.ask('session.stop', {}).catch(() => null), sleep(1000)]);
    for (const unit of this.units.box) await this.supervisor.stop(unit.name);
  }

  /** A session at the hub without a box of ours: where FFmpeg may publish. */
  async openGuestSession(): Promise<{ whipUrl: string; token: string; viewerUrl: string; end(): Promise<void> }> {
    const sessionId = randomUUID();
    const code = Array.from({ length: 4 }, (_, index) => SESSION_CODE_ALPHABET[(index * 7 + sessionId.charCodeAt(index)) % SESSION_CODE_ALPHABET.length]).join('');
    const put = await this.call('PUT', `/api/v1/sessions/${sessionId}`, this.guestToken, { code, input: 'main', simulated: true, startedMs: Date.now() });
    const { whipPath } = createCheck(SessionPutResultSchema)(put);
    return {
      whipUrl: `${this.hubUrl}${whipPath}`, token: this.guestToken, viewerUrl: await this.makeLink(sessionId, this.guestToken),
      end: async () => { await this.call('POST', `/api/v1/sessions/${sessionId}/end`, this.guestToken, {}); },
    };
  }

  /** @throws Error when a process is not running. */
  pids(): SystemPids {
    return { media: this.pid('media'), firmware: this.pid('firmware'), hub: this.hubPids() };
  }

  hubPids(): number[] {
    return this.units.hub.map((unit) => this.pid(unit.name));
  }

  async status(): Promise<BoxStatus | null> {
    return await readBoxStatus(this.layout.controlSocket, 'bench');
  }

  async close(): Promise<void> {
    await this.supervisor.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private pid(name: string): number {
    const pid = this.supervisor.status().find((unit) => unit.name === name)?.pid;
    if (!pid) throw new Error(`${name} is not running\n${this.lastLines.join('\n')}`);
    return pid;
  }

  private async ask<Result>(method: string, params: unknown): Promise<Result> {
    return await askBox<Result>(this.layout.controlSocket, 'bench', method, params);
  }

  /** A viewing link; of the box's own session unless another's token is given. */
  async makeLink(sessionId: string, token = readToken(this.layout)): Promise<string> {
    return createCheck(LinkResultSchema)(await this.call('POST', `/api/v1/sessions/${sessionId}/links`, token, { ttlSeconds: 3600 })).url;
  }

  private async call(method: string, path: string, token: string, body: unknown): Promise<unknown> {
    const answer = await fetch(this.hubUrl + path, { method, body: JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}: HTTP ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text) as unknown;
  }

  private async until(ready: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!(await ready().catch(() => false))) {
      if (Date.now() > deadline) throw new Error(`waited 15 s in vain until ${what}\n${this.lastLines.join('\n')}`);
      await sleep(50);
    }
  }
}
