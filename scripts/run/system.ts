import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError, LinkResultSchema, type BoxStatus, type SessionView } from '@scanlink/protocol';
import { checkSimSource } from '@scanlink/hal/capture/capture.sim';
import { lockDataFolder, type DataFolderLock } from '@scanlink/firmware/store/lock-data-folder';
import type { UnitSpec } from './supervisor/supervisor.ts';
import { ProcessSupervisor } from './supervisor/supervisor.process.ts';
import { Value } from 'typebox/value';
import { BUNDLES, ensureBundles } from '../bundle.ts';
import type { RunArguments } from './arguments.ts';
import { askBox, readBoxStatus } from './ask-box.ts';
import { makeFolder } from './folders.ts';
import { prepareLayout, readToken, writeBoxConfig, type Layout } from './layout.ts';
import { UnitLogs } from './logs.ts';
import { checkPortFree } from './ports.ts';
import { describeUnits } from './units.ts';
import { unitEndedLine } from './words.ts';

const run = promisify(execFile);
const BOX_TIMEOUT_MS = 20_000;
const STOP_SESSION_MS = 700;

/** Hub and box, running as processes of this machine. */
export class LocalSystem {
  readonly layout: Layout;
  readonly hubUrl: string;
  private readonly args: RunArguments;
  private readonly rootDir: string;
  private readonly supervisor: ProcessSupervisor;
  private readonly logs: UnitLogs;
  private readonly units: { readonly hub: readonly UnitSpec[]; readonly box: readonly UnitSpec[] };
  private readonly lock: DataFolderLock;
  /** The session that we began; one that we found is none of ours to end when something goes wrong. */
  private begunSessionId: string | null = null;
  private closing: Promise<void> | null = null;

  /**
   * Takes the data folder; close() lets it go.
   * @param options.heartbeats false: a process that is stopped stays so, for a test of a silent network.
   * @throws CFG_FOLDER_TAKEN, CFG_DATA_FOLDER before anything in it is read or written.
   */
  constructor(rootDir: string, args: RunArguments, tell: (text: string) => void, { heartbeats = true }: { readonly heartbeats?: boolean } = {}) {
    this.rootDir = rootDir;
    this.args = args;
    makeFolder(args.dataDir);
    this.lock = lockDataFolder(args.dataDir);
    this.layout = prepareLayout(args.dataDir);
    this.hubUrl = `http://127.0.0.1:${args.port}`;
    this.logs = new UnitLogs(this.layout.logDir, tell);
    this.units = describeUnits(rootDir, this.layout, args, heartbeats);
    this.supervisor = new ProcessSupervisor({
      onLine: (line) => this.logs.write(line),
      onExit: (exit) => { if (!exit.expected && !this.closing) tell(unitEndedLine(exit.name, exit.signal ?? `exit ${exit.code}`, exit.restartInMs !== null)); },
    });
  }

  /**
   * Starts the processes and, except for a check, a session where none is there to go on with.
   * @throws CFG_PORT_TAKEN, DEV_SOURCE_UNREADABLE, DEV_SOURCE_UNSUPPORTED, DEV_SOURCE_NO_FRAMES before anything is started.
   */
  async start(): Promise<void> {
    await checkPortFree(this.args.port);
    await checkSource(this.args);
    writeBoxConfig(this.layout, this.args);
    await ensureBundles(this.rootDir);
    for (const unit of [this.units.hub[0], this.units.box[1]]) if (unit) this.supervisor.start(unit);
    // The hub's database must exist before the API opens it for the first time; the token never is an argument.
    await run(process.execPath, [join(this.rootDir, BUNDLES['cloud/src/admin/main.ts']), 'box', 'add', '--data', this.layout.hubDir, '--id', 'box-1', '--name', 'ScanLink box 1', '--room', 'Demo room', '--token-file', this.layout.tokenFile]);
    for (const unit of [...this.units.hub, ...this.units.box]) this.supervisor.start(unit);
    if (this.args.check) return;
    // Begun here and not by firmware at its start: that would begin another one whenever firmware is replaced.
    const { session } = await this.waitFor(() => true, BOX_TIMEOUT_MS);
    if (session === null) await this.startSession();
  }

  async startSession(): Promise<SessionView> {
    const session = await this.ask<SessionView>('session.start', {});
    this.begunSessionId = session.sessionId;
    return session;
  }

  /** Process ids by unit name, for measuring. */
  pids(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.supervisor.status().flatMap((unit) => (unit.pid === null ? [] : [[unit.name, unit.pid]])));
  }

  /** The box's status, as `./scanlink status` shows it; null while firmware does not answer. */
  async status(): Promise<BoxStatus | null> {
    return await readBoxStatus(this.layout.controlSocket, 'run');
  }

  /** One request on control.sock. */
  async ask<Result>(method: string, params: unknown): Promise<Result> {
    return await askBox<Result>(this.layout.controlSocket, 'run', method, params);
  }

  /** Waits until `ready` holds of the box's status. @throws STR_NOT_READY. */
  async waitFor(ready: (status: BoxStatus) => boolean, timeoutMs: number): Promise<BoxStatus> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.status();
      if (status && ready(status)) return status;
      if (performance.now() > deadline) throw new AppError('STR_NOT_READY', { timeoutMs });
      await sleep(40);
    }
  }

  /** A signed viewing link of a session, by the box's own right. @throws STR_HUB_UNREACHABLE. */
  async makeLink(sessionId: string): Promise<string> {
    const answer = await fetch(`${this.hubUrl}/api/v1/sessions/${sessionId}/links`, {
      method: 'POST', body: JSON.stringify({ ttlSeconds: 43_200 }),
      headers: { authorization: `Bearer ${readToken(this.layout)}`, 'content-type': 'application/json' },
    }).catch((cause: unknown) => { throw new AppError('STR_HUB_UNREACHABLE', { detail: this.hubUrl }, { cause }); });
    const body: unknown = await answer.json();
    if (!answer.ok || !Value.Check(LinkResultSchema, body)) throw new AppError('STR_HUB_UNREACHABLE', { detail: `links: HTTP ${answer.status}` });
    return body.url;
  }

  /**
   * Ends the session (Ctrl-C is a person's word, no power cut), then the box, then the hub. Idempotent. A suspended
   * session stays: it waits for a word of its own.
   * @param why failed: something went wrong; a session that we found is left as it is, for the next start.
   */
  close(why: 'done' | 'failed' = 'done'): Promise<void> {
    this.closing ??= (async () => {
      await Promise.race([this.endSession(why).catch(() => null), sleep(STOP_SESSION_MS)]);
      await Promise.all(this.units.box.map((unit) => this.supervisor.stop(unit.name)));
      await Promise.all(this.units.hub.map((unit) => this.supervisor.stop(unit.name)));
      await this.supervisor.close();
      await this.logs.close();
      this.lock.release();
    })();
    return this.closing;
  }

  private async endSession(why: 'done' | 'failed'): Promise<void> {
    const session = (await this.status())?.session;
    if (!session || session.state === 'suspended') return;
    if (why === 'done' || session.sessionId === this.begunSessionId) await this.ask('session.stop', {});
  }
}

/** Whoever types a wrong file hears of it at once, in place of a box that waits without a device. */
async function checkSource({ source, timing }: RunArguments): Promise<void> {
  if (source === 'phantom' || source === 'none') return;
  await checkSimSource({ source, timing });
}
