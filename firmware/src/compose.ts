import { EmptySchema, type AppError, type EncoderSpec, type SessionPut, toAppError } from '@scanlink/protocol';
import { mkdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';
import { createBoxCommands } from './commands/box-commands.ts';
import { Waiters } from './commands/waiters.ts';
import type { BoxConfig } from './config/schema.ts';
import { KeepingJob } from './keeping/keeping-job.ts';
import { readTrustedNow } from './keeping/trusted-now.ts';
import { CaptureHealth } from './health/capture-health.ts';
import { ForeignAnnouncer, type Announcer } from './hub/announcer.ts';
import { ControlClient } from './hub/control-client.ts';
import { HubRest } from './hub/hub-rest.ts';
import { SessionAnnouncer } from './hub/session-announcer.ts';
import { sleep, type Timer } from '@scanlink/protocol/lib/clock';
import type { BoxClock } from './lib/box-clock.ts';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Announced, Effect, Session } from './session/session.ts';
import { SessionService } from './session/session-service.ts';
import { createControlMethods, createUiMethods } from './sockets/box-methods.ts';
import { MediaLink } from './sockets/media-link.ts';
import type { SocketGroups } from './sockets/socket-access.ts';
import { StatusPulse } from './sockets/status-pulse.ts';
import { previewDirOf, toBoxStatus, toLiveStates, toMediaDesired, toTrouble, type Parts } from './status.ts';
import type { Records } from './store/open-records.ts';
import type { SessionStore } from './store/session-store.ts';
import { StoreWatch } from './store/store-watch.ts';

const TICK_MS = 250;
/** For telling the hub of a session that somebody ended a moment before the process ends. */
const SHUTDOWN_TELL_MS = 400;

export interface BoxOptions {
  readonly config: BoxConfig;
  /** Of the hub, or of the WHIP server in its place. */
  readonly token: string;
  readonly bootId: string;
  readonly version: string;
  /** What makes H.264: the board's word. */
  readonly encoder: EncoderSpec;
  readonly clock: BoxClock;
  readonly logger: Logger;
  /** Who may speak on media.sock and ui.sock besides our own user. */
  readonly groups: SocketGroups;
  /** Who connects is asked for at the kernel. @param group whose services may, too. */
  readonly gate: (group: number | null) => (socket: Socket) => AppError | null;
  /** As StoreWatchOptions says. */
  readonly onStoreBack?: () => void;
}

/**
 * Composition root of the `firmware` process: makes every service, wires them, starts them in order and closes them in
 * reverse. The way of a session: socket -> commands -> SessionService (transition, store) -> effect -> hub or media ->
 * event back.
 */
export class Box {
  private readonly options: BoxOptions;
  private readonly store: SessionStore;
  private readonly storeWatch: StoreWatch;
  private readonly keeping: KeepingJob;
  private readonly sessions: SessionService;
  private readonly waiters: Waiters;
  private readonly media: MediaLink;
  private readonly hub: ControlClient;
  private readonly announcer: Announcer;
  private readonly servers: readonly RpcServer[];
  private readonly pulse: StatusPulse;
  private readonly health: CaptureHealth;
  private readonly startedMs: number;
  private timer: Timer | null = null;
  private knewTime = false;
  private closing: Promise<void> | null = null;
  /** In the last moments media's leaving is no longer seen as its death: the record stays for a successor. */
  private deaf = false;

  /** @param records already open: whoever makes them hears of STO_OPEN, STO_NEWER. */
  constructor(options: BoxOptions, records: Records) {
    const { config, token, bootId, version, clock, logger, onStoreBack } = options;
    const { store } = records;
    this.options = options;
    this.store = store;
    this.startedMs = clock.nowMs();
    this.storeWatch = new StoreWatch({ records, path: join(config.dataDir, 'box.db'), clock, logger: logger.child({ ns: 'store' }), ...(onStoreBack ? { onStoreBack } : {}) });
    this.keeping = new KeepingJob({
      records: store.kept, keep: config.keep, inputs: config.inputs.map((each) => each.name), storePath: join(config.dataDir, 'box.db'), stillDir: join(config.dataDir, 'stills'), previewDir: previewDirOf(config),
      clock, logger: logger.child({ ns: 'keeping' }), trustedNowMs: () => readTrustedNow(clock.nowMs(), this.hub.status.clockOffsetMs, config.whip !== undefined), onChange: () => this.changed(),
    });
    this.sessions = new SessionService({ store, clock, logger: logger.child({ ns: 'session' }), bootId, perform: (effect) => this.perform(effect), onChange: () => this.changed() });
    this.waiters = new Waiters(clock, () => this.sessions.machine);
    this.hub = new ControlClient({ hubUrl: config.hubUrl, token, firmwareVersion: version, clock, logger: logger.child({ ns: 'hub' }), sessions: () => toLiveStates(this.parts()), trouble: () => toTrouble(this.parts()), onChange: () => this.hubChanged() });
    const rest = new HubRest({ hubUrl: config.hubUrl, token });
    const onAnnounced = (sessionId: string, announced: Announced): void => this.sessions.tell({ type: 'announced', sessionId, announced });
    const onEndTold = (sessionId: string): void => this.markEndTold(sessionId);
    this.announcer = config.whip ? new ForeignAnnouncer({ whip: config.whip, onAnnounced, onEndTold }) : new SessionAnnouncer({
      rest, clock, logger: logger.child({ ns: 'hub' }), hub: () => this.hub.status, onAnnounced, onEndTold,
      onFailed: (sessionId, error) => this.sessions.tell({ type: 'announce-failed', sessionId, error: error.toBody() }),
    });
    this.media = new MediaLink({
      path: join(config.runDir, 'media.sock'), group: options.groups.media, admit: options.gate(options.groups.media), clock, logger: logger.child({ ns: 'media' }),
      desired: () => toMediaDesired(config, token, this.sessions.machine, options.encoder),
      onReport: (report) => {
        if (this.deaf) return;
        this.sessions.tell({ type: 'publisher', report: report.publisher });
        this.changed();
      },
      onGone: () => {
        if (this.deaf) return;
        this.sessions.tell({ type: 'media-gone' });
        this.changed();
      },
    });
    const status = (): ReturnType<typeof toBoxStatus> => toBoxStatus(this.parts());
    const commands = createBoxCommands({ config, clock, logger, records: store.kept, sessions: this.sessions, media: this.media, announcer: this.announcer, rest, store: this.storeWatch, waiters: this.waiters, status });
    const socket = (name: string, mode: number, methods: ReturnType<typeof createUiMethods>, group: number | null): RpcServer =>
      new RpcServer({
        path: join(config.runDir, name), mode, ...(group === null ? {} : { group }), admit: options.gate(group), methods, clock, snapshot: status,
        onRefused: (reason) => logger.warn({ socket: name, code: reason.code, detail: reason.message }, 'peer refused'),
        onClientGone: (_peer, reason) => reason && logger.warn({ socket: name, code: reason.code }, 'client dropped'),
      });
    this.servers = [socket('control.sock', 0o600, createControlMethods(commands, this.media), null), socket('ui.sock', 0o660, createUiMethods(commands), options.groups.ui)];
    this.health = new CaptureHealth({
      clock, logger: logger.child({ ns: 'health' }), inputs: () => this.media.report?.inputs ?? null, onChange: () => this.changed(),
      reopen: (input) => void this.media.request('input.restart', { input }, EmptySchema).catch((error: unknown) => logger.warn({ input, code: toAppError(error).code }, 'input not opened anew')),
      // It exits, and whoever keeps it starts it again.
      restartMedia: () => void this.media.request('exit', {}, EmptySchema).catch((error: unknown) => logger.warn({ code: toAppError(error).code }, 'media not asked to exit')),
    });
    this.pulse = new StatusPulse(clock, status, this.servers);
  }

  async start(): Promise<void> {
    const { config, clock } = this.options;
    await mkdir(join(config.dataDir, 'stills'), { recursive: true, mode: 0o700 });
    await mkdir(previewDirOf(config), { recursive: true, mode: 0o770 });
    this.sessions.start();
    // Nothing may be sent, for the first time or again, before somebody can say stop.
    for (const server of this.servers) await server.start();
    await this.media.start();
    if (!config.whip) this.hub.start();
    for (const sessionId of this.store.readUntoldEnds()) void this.announcer.end(sessionId);
    this.timer = clock.every(TICK_MS, () => {
      this.sessions.tick();
      this.health.tick();
    });
    this.storeWatch.start();
    // Without the records of what is open nobody knows what must stay.
    if (this.storeWatch.keeps) this.keeping.start();
  }

  /** Stops everything within 2 s; idempotent. A running session is left to a successor. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await Promise.race([this.announcer.allTold(), sleep(this.options.clock, SHUTDOWN_TELL_MS)]);
    this.timer?.cancel();
    this.storeWatch.close();
    this.keeping.close();
    this.pulse.close();
    this.announcer.close();
    this.hub.close();
    this.deaf = true;
    this.sessions.close();
    await Promise.all([...this.servers.map((server) => server.close()), this.media.close()]);
    this.store.close();
  }

  private perform(effect: Effect): void {
    const { machine } = this.sessions;
    switch (effect.type) {
      case 'announce':
        if (machine.state !== 'idle') this.announcer.announce(effect.sessionId, toSessionPut(machine.session), machine.session.dropsLinks);
        break;
      case 'end-at-hub':
        void this.announcer.end(effect.sessionId);
        break;
      case 'unpublish':
        this.announcer.cancel();
        this.media.announce();
        break;
      default: this.media.announce();
    }
  }

  private markEndTold(sessionId: string): void {
    try {
      this.store.markEndTold(sessionId);
    } catch (error) {
      // Told once more at the next start; the hub takes that.
      this.options.logger.warn({ code: toAppError(error).code }, 'end not noted as told');
    }
  }

  private parts(): Parts {
    const { config, version } = this.options;
    return { config, version, startedMs: this.startedMs, machine: this.sessions.machine, media: this.media.status, report: this.media.report, hub: this.hub.status, storeError: this.storeWatch.error ?? this.sessions.storeError ?? this.keeping.error, captureError: this.health.error };
  }

  private hubChanged(): void {
    const knowsTime = this.hub.status.clockOffsetMs !== null;
    // Ages could not be judged at the start.
    if (knowsTime && !this.knewTime && this.storeWatch.keeps) this.keeping.run();
    this.knewTime ||= knowsTime;
    this.announcer.hubChanged();
    this.changed();
  }

  private changed(): void {
    this.hub.announceState();
    this.waiters.look();
    this.pulse.poke();
  }
}

function toSessionPut({ code, input, simulated, startedMs }: Session): SessionPut {
  return { code, input, simulated, startedMs };
}
