import { AppError, CAPTURE_DRIVERS, toAppError, type SessionPut, type SessionView } from '@scanlink/protocol';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxConfig } from './config/schema.ts';
import { ForeignAnnouncer, type Announcer } from './hub/announcer.ts';
import { ControlClient } from './hub/control-client.ts';
import { HubRest } from './hub/hub-rest.ts';
import { SessionAnnouncer } from './hub/session-announcer.ts';
import { sleep, type Timer } from '@scanlink/protocol/lib/clock';
import type { BoxClock } from './lib/box-clock.ts';
import type { Logger } from './lib/logger.ts';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';
import { toSessionView, type Announced, type Effect, type Machine } from './session/session.ts';
import { SessionService } from './session/session-service.ts';
import { createControlMethods, createUiMethods, type BoxCommands } from './sockets/box-methods.ts';
import { MediaLink } from './sockets/media-link.ts';
import { toBoxStatus, toLiveStates, toMediaDesired, type Parts } from './status.ts';
import type { Records } from './store/open-records.ts';
import { SessionStore } from './store/session-store.ts';

const TICK_MS = 250;
const STORE_RETRY_MS = 5000;
const STATUS_PAUSE_MS = 50;
/** A link is asked for when the hub knows the session, at the latest after this. */
const LINK_WAIT_MS = 4000;
/** A person's stop is answered when media has let go, at the latest after this. */
const STOP_WAIT_MS = 3000;
const SHUTDOWN_STOP_MS = 1200;
const SHUTDOWN_TELL_MS = 400;

export interface BoxOptions {
  readonly config: BoxConfig;
  /** Of the hub, or of the WHIP server in its place. */
  readonly token: string;
  readonly bootId: string;
  readonly version: string;
  readonly clock: BoxClock;
  readonly logger: Logger;
  /** Records were kept in memory only, and the disk has room again: a successor of this process opens the store. */
  readonly onStoreBack?: () => void;
}

/**
 * Composition root of the `firmware` process: makes every service, wires them, starts them in order and closes them in
 * reverse. The way of a session: socket -> SessionService (transition, store) -> effect -> hub or media -> event back.
 */
export class Box {
  private readonly options: BoxOptions;
  private readonly store: SessionStore;
  private readonly sessions: SessionService;
  private readonly media: MediaLink;
  private readonly hub: ControlClient;
  private readonly announcer: Announcer;
  private readonly rest: HubRest;
  private readonly servers: readonly RpcServer[];
  private readonly startedMs: number;
  private timers: Timer[] = [];
  private statusPause: Timer | null = null;
  private readonly changeWaiters = new Set<() => void>();
  private closing: Promise<void> | null = null;
  /** In the last moments media's leaving is no longer seen as its death: the record stays for a successor. */
  private deaf = false;

  private storeError: AppError | null;
  private readonly keepsRecords: boolean;

  /** @param records already open: whoever makes them hears of STO_OPEN, STO_NEWER. */
  constructor(options: BoxOptions, { store, trouble, keeps }: Records) {
    const { config, token, bootId, version, clock, logger } = options;
    this.options = options;
    this.store = store;
    this.storeError = trouble;
    this.keepsRecords = keeps;
    this.startedMs = clock.nowMs();
    const onChange = (): void => this.changed();
    this.sessions = new SessionService({ store, clock, logger: logger.child({ ns: 'session' }), bootId, perform: (effect) => this.perform(effect), onChange });
    this.hub = new ControlClient({ hubUrl: config.hubUrl, token, firmwareVersion: version, clock, logger: logger.child({ ns: 'hub' }), sessions: () => toLiveStates(this.parts()), onChange: () => this.hubChanged() });
    const onAnnounced = (sessionId: string, announced: Announced): void => this.sessions.tell({ type: 'announced', sessionId, announced });
    const onEndTold = (sessionId: string): void => this.markEndTold(sessionId);
    this.rest = new HubRest({ hubUrl: config.hubUrl, token });
    this.announcer = config.whip ? new ForeignAnnouncer({ whip: config.whip, onAnnounced, onEndTold }) : new SessionAnnouncer({
      rest: this.rest, clock, logger: logger.child({ ns: 'hub' }), hub: () => this.hub.status, onAnnounced, onEndTold,
      onFailed: (sessionId, error) => this.sessions.tell({ type: 'announce-failed', sessionId, error: error.toBody() }),
    });
    this.media = new MediaLink({
      path: join(config.runDir, 'media.sock'), clock, logger: logger.child({ ns: 'media' }),
      desired: () => toMediaDesired(config, token, this.sessions.machine),
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
    const commands = this.createCommands();
    const socket = (name: string, mode: number, methods: ReturnType<typeof createUiMethods>): RpcServer =>
      new RpcServer({ path: join(config.runDir, name), mode, methods, clock, snapshot: () => toBoxStatus(this.parts()), onClientGone: (_peer, reason) => reason && logger.warn({ socket: name, code: reason.code }, 'client dropped') });
    this.servers = [socket('control.sock', 0o600, createControlMethods(commands, this.media)), socket('ui.sock', 0o660, createUiMethods(commands, this.media))];
  }

  async start(): Promise<void> {
    const { config, clock, logger } = this.options;
    await mkdir(join(config.dataDir, 'stills'), { recursive: true, mode: 0o700 });
    this.sessions.start();
    // Nothing may be sent, for the first time or again, before somebody can say stop.
    for (const server of this.servers) await server.start();
    await this.media.start();
    if (!config.whip) this.hub.start();
    for (const sessionId of this.store.readUntoldEnds()) void this.announcer.end(sessionId);
    this.timers = [clock.every(TICK_MS, () => this.sessions.tick())];
    if (!this.keepsRecords) this.timers.push(clock.every(STORE_RETRY_MS, () => this.tryStore()));
    // After damage nobody knows what was running: a person decides.
    if (config.autoStartSession && !this.storeError && this.sessions.machine.state === 'idle') {
      try {
        this.startSession(undefined);
      } catch (error) {
        logger.error({ code: toAppError(error).code }, 'session could not be started');
      }
    }
  }

  /** Stops everything within 2 s; idempotent. A running session is left to a successor unless endSessionOnStop. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    const { machine } = this.sessions;
    if (this.options.config.endSessionOnStop && machine.state !== 'idle' && machine.state !== 'suspended') {
      this.stopNow();
      await this.waitFor(isIdle, SHUTDOWN_STOP_MS);
      if (this.sessions.machine.state !== 'idle') void this.announcer.end(machine.session.sessionId);
      this.hub.sendState();
    }
    // Also of a session that somebody ended a moment ago.
    await Promise.race([this.announcer.allTold(), sleep(this.options.clock, SHUTDOWN_TELL_MS)]);
    for (const timer of this.timers) timer.cancel();
    this.statusPause?.cancel();
    this.announcer.close();
    this.hub.close();
    this.deaf = true;
    this.sessions.close();
    await Promise.all([...this.servers.map((server) => server.close()), this.media.close()]);
    this.store.close();
  }

  private createCommands(): BoxCommands {
    const { config } = this.options;
    return {
      status: () => toBoxStatus(this.parts()),
      startSession: async (input) => this.startSession(input),
      resumeSession: async () => {
        this.sessions.resume();
        return toSessionView(this.sessions.machine)!;
      },
      makeLink: async () => {
        if (config.whip) throw new AppError('STR_NO_LINKS');
        // Just started, the hub hears of it now.
        await this.waitFor((machine) => machine.state !== 'starting' || machine.session.announced !== null, LINK_WAIT_MS);
        const { machine } = this.sessions;
        if (machine.state === 'idle') throw new AppError('STR_NO_SESSION');
        return await this.rest.makeLink(machine.session.sessionId);
      },
      stopSession: async () => {
        const { machine } = this.sessions;
        const before = toSessionView(machine);
        this.stopNow();
        await this.waitFor(isIdle, STOP_WAIT_MS);
        const after = toSessionView(this.sessions.machine);
        if (after?.sessionId === before?.sessionId) return after!;
        const { error: _over, ...ended } = before!;
        return { ...ended, state: 'idle', sinceMs: this.options.clock.nowMs() };
      },
    };
  }

  private startSession(input: string | undefined): SessionView {
    if (!this.keepsRecords && this.storeError) throw this.storeError;
    const { config } = this.options;
    const name = input ?? config.defaultInput;
    const found = config.inputs.find((each) => each.name === name);
    if (!found) throw new AppError('DEV_NOT_FOUND', { device: name });
    this.sessions.startSession(name, CAPTURE_DRIVERS[found.driver].simulated);
    if (this.storeError) this.forgetDamage();
    return toSessionView(this.sessions.machine)!;
  }

  private forgetDamage(): void {
    try {
      this.store.clearDamage();
      this.storeError = null;
    } catch (error) {
      // Said once more after the next start.
      this.options.logger.warn({ code: toAppError(error).code }, 'damage of the store not noted as known');
    }
  }

  private tryStore(): void {
    try {
      SessionStore.open(join(this.options.config.dataDir, 'box.db')).close();
    } catch {
      return;
    }
    this.options.logger.info({}, 'store has room again');
    this.options.onStoreBack?.();
  }

  private stopNow(): void {
    this.announcer.cancel();
    this.sessions.stop();
    if (!this.media.status.connected) this.sessions.tell({ type: 'media-gone' });
  }

  private perform(effect: Effect): void {
    const { machine } = this.sessions;
    switch (effect.type) {
      case 'announce':
        if (machine.state !== 'idle') this.announcer.announce(effect.sessionId, toSessionPut(machine.session));
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
    return { config, version, startedMs: this.startedMs, machine: this.sessions.machine, media: this.media.status, report: this.media.report, hub: this.hub.status, storeError: this.storeError };
  }

  private hubChanged(): void {
    this.announcer.hubChanged();
    this.changed();
  }

  private changed(): void {
    this.hub.announceState();
    for (const waiter of this.changeWaiters) waiter();
    if (this.statusPause || this.closing) return;
    this.statusPause = this.options.clock.after(STATUS_PAUSE_MS, () => {
      this.statusPause = null;
      const status = toBoxStatus(this.parts());
      for (const server of this.servers) server.broadcast('status', status);
    });
  }

  private async waitFor(holds: (machine: Machine) => boolean, timeoutMs: number): Promise<void> {
    if (holds(this.sessions.machine)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.changeWaiters.delete(look);
        resolve();
      };
      const look = (): void => {
        if (holds(this.sessions.machine)) done();
      };
      const timer = this.options.clock.after(timeoutMs, done);
      this.changeWaiters.add(look);
    });
  }
}

const isIdle = (machine: Machine): boolean => machine.state === 'idle';

function toSessionPut(session: { readonly code: string; readonly input: string; readonly simulated: boolean; readonly startedMs: number }): SessionPut {
  const { code, input, simulated, startedMs } = session;
  return { code, input, simulated, startedMs };
}
