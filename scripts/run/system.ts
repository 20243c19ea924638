import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError, type BoxStatus, type SessionView } from '@scanlink/protocol';
import { readTokenFile } from '@scanlink/protocol/lib/read-secret-file';
import { checkSimSource } from '@scanlink/hal/capture/capture.sim';
import { HubRest } from '@scanlink/firmware/hub/hub-rest';
import { lockDataFolder, type DataFolderLock } from '@scanlink/firmware/store/lock-data-folder';
import type { UnitSpec } from './supervisor/supervisor.ts';
import { ProcessSupervisor } from './supervisor/supervisor.process.ts';
import { BUNDLES, ensureBundles } from '../bundle.ts';
import type { RunArguments } from './arguments.ts';
import { askBox, readBoxStatus } from './ask-box.ts';
import { makeFolder } from './folders.ts';
import { prepareLayout, writeBoxConfig, type Layout } from './layout.ts';
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
   * @param options.advertise further addresses of the hub's relay, for a box that reaches this machine through a translator of addresses.
   */
  constructor(rootDir: string, args: RunArguments, tell: (text: string) => void, { heartbeats = true, advertise = [] }: { readonly heartbeats?: boolean; readonly advertise?: readonly string[] } = {}) {
    this.rootDir = rootDir;
    this.args = args;
    makeFolder(args.dataDir);
    this.lock = lockDataFolder(args.dataDir);
    this.layout = prepareLayout(args.dataDir);
    this.hubUrl = `http://127.0.0.1:${args.port}`;
    this.logs = new UnitLogs(this.layout.logDir, tell);
    this.units = describeUnits(rootDir, this.layout, args, heartbeats, advertise);
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
    await ensureBundles(this.rootDir);
    // While the hub makes its database.
    for (const unit of this.units.box.filter(({ name }) => name === 'media')) this.supervisor.start(unit);
    await this.bringUpHub();
    this.startBox();
    if (this.args.check) return;
    // Begun here and not by firmware at its start: that would begin another one whenever firmware is replaced.
    const { session } = await this.waitFor(() => true, BOX_TIMEOUT_MS);
    if (session === null) await this.startSession();
  }

  /** The hub alone; startBox() adds the box. @throws CFG_PORT_TAKEN. */
  async startHub(): Promise<void> {
    await checkPortFree(this.args.port);
    await ensureBundles(this.rootDir);
    await this.bringUpHub();
  }

  /** The hub's processes again, after stopHub(). */
  restartHub(): void {
    for (const unit of this.units.hub) this.supervisor.start(unit);
  }

  async stopHub(): Promise<void> {
    await Promise.all(this.units.hub.map((unit) => this.supervisor.stop(unit.name)));
  }

  /** @param timing what its simulated console puts out, where it is another than the arguments'. */
  startBox(timing: string = this.args.timing): void {
    writeBoxConfig(this.layout, { ...this.args, timing });
    for (const unit of this.units.box) this.supervisor.start(unit);
  }

  async stopBox(): Promise<void> {
    await Promise.all(this.units.box.map((unit) => this.supervisor.stop(unit.name)));
  }

  /** Makes a box known to the hub. @param tokenFile holds its token, which never is an argument. */
  async enrolBox(id: string, name: string, tokenFile: string): Promise<void> {
    await run(process.execPath, [join(this.rootDir, BUNDLES['cloud/src/admin/main.ts']), 'box', 'add', '--data', this.layout.hubDir, '--id', id, '--name', name, '--room', 'Demo room', '--token-file', tokenFile]);
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

  /** A signed viewing link of a session, by the box's own right. @throws as HubRest.putSession. */
  async makeLink(sessionId: string): Promise<string> {
    return (await new HubRest({ hubUrl: this.hubUrl, token: readTokenFile(this.layout.tokenFile) }).makeLink(sessionId)).url;
  }

  /**
   * Ends the session (Ctrl-C is a person's word, no power cut), then the box, then the hub. Idempotent. A suspended
   * session stays: it waits for a word of its own.
   * @param why failed: something went wrong; a session that we found is left as it is, for the next start.
   */
  close(why: 'done' | 'failed' = 'done'): Promise<void> {
    this.closing ??= (async () => {
      await Promise.race([this.endSession(why).catch(() => null), sleep(STOP_SESSION_MS)]);
      await this.stopBox();
      await this.stopHub();
      await this.supervisor.close();
      await this.logs.close();
      this.lock.release();
    })();
    return this.closing;
  }

  private async bringUpHub(): Promise<void> {
    for (const unit of this.units.hub.filter(({ name }) => name === 'hub-relay')) this.supervisor.start(unit);
    // The hub's database must exist before the API opens it for the first time.
    await this.enrolBox('box-1', 'ScanLink box 1', this.layout.tokenFile);
    this.restartHub();
  }

  private async endSession(why: 'done' | 'failed'): Promise<void> {
    const session = (await this.status())?.session;
    if (!session || session.state === 'suspended') return;
    if (why === 'done' || session.sessionId === this.begunSessionId) await this.ask('session.stop', {});
  }
}

/** Whoever types a wrong file hears of it at once, in place of a box that waits without a device. */
async function checkSource({ source, timing, device }: RunArguments): Promise<void> {
  if (device || source === 'phantom' || source === 'none') return;
  await checkSimSource({ source, timing });
}
