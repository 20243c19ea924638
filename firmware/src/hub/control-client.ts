import { AppError, agreeOnVersion, CONTROL_CHANNELS, HubToBoxSchema, SPOKEN_VERSIONS, type BoxToHub, type BoxTrouble, type HubToBox, type LiveState } from '@scanlink/protocol';
import { createMessageReader } from '@scanlink/protocol/check';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { Patience } from '@scanlink/protocol/lib/patience';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { ChangeLog } from '../lib/change-log.ts';
import { ClockOffset } from './clock-offset.ts';
import { HubSocket, NO_WELCOME } from './hub-socket.ts';
import { connected, FIRST_RECONNECT, planReconnect, type LossCause, type ReconnectState } from './reconnect-policy.ts';

const PING_INTERVAL_MS = 300;
const STATE_INTERVAL_MS = 5000;
/** A burst of changes becomes one message. */
const STATE_PAUSE_MS = 50;
/** Box and hub often start together: until then a hub that is not there yet is no news. */
const QUIET_START_MS = 5000;
/** Least wait before a further attempt, when an attempt has used its own up. */
const MIN_WAIT_MS = 20;

const readMessage = createMessageReader(HubToBoxSchema, 'ch');

export interface ControlClientOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly firmwareVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the `state` channel tells; asked again whenever it is sent. */
  readonly sessions: () => LiveState[];
  /** What is wrong with the box's store; told with each state. */
  readonly trouble: () => BoxTrouble | null;
  /** Connection, relay epoch, error, or what is known of the hub's clock changed. */
  readonly onChange: () => void;
  readonly random?: () => number;
}

export interface HubStatus {
  readonly connected: boolean;
  readonly sinceMs: number;
  readonly relayEpoch: string | null;
  readonly clockOffsetMs: number | null;
  readonly features: readonly string[];
  readonly error: AppError | null;
  /** Who watches, over all sessions, as the hub last said; null: not known. */
  readonly viewers: number | null;
  /** What a later hub said that this release does not know, since the last welcome. */
  readonly ignored: { readonly fields: number; readonly messages: number };
}
type State = Omit<HubStatus, 'clockOffsetMs' | 'ignored'>;

const NOTHING_IGNORED = { fields: 0, messages: 0 };

/**
 * The box's end of the control channel. It stays: a lost path (silence, by its round trip) is left at once and tried anew.
 * start() once; close() is idempotent.
 */
export class ControlClient {
  private readonly options: ControlClientOptions;
  private readonly log: ChangeLog;
  private readonly offset = new ClockOffset();
  private readonly patience = new Patience();
  private socket: HubSocket | null = null;
  private timers: Timer[] = [];
  private retryTimer: Timer | null = null;
  private statePause: Timer | null = null;
  private state: State;
  private granted: ReadonlySet<string> = new Set();
  private ignored: HubStatus['ignored'] = NOTHING_IGNORED;
  private reconnect: ReconnectState = FIRST_RECONNECT;
  private lastHeardMonoMs = 0;
  private attemptMonoMs = 0;
  private startedMonoMs = 0;
  private hasConnected = false;
  private slowWelcomes = 0;
  private nextPing = 1;
  private stateSeq = 0;
  private closed = false;

  constructor(options: ControlClientOptions) {
    this.options = options;
    this.log = new ChangeLog(options.logger);
    this.state = { connected: false, sinceMs: options.clock.nowMs(), relayEpoch: null, features: [], error: null, viewers: null };
  }

  get status(): HubStatus {
    return { ...this.state, clockOffsetMs: this.state.connected ? this.readOffset() : null, ignored: this.ignored };
  }

  start(): void {
    this.startedMonoMs = this.options.clock.monotonicMs();
    this.connect();
  }

  /** The sessions changed: the hub is told soon. */
  announceState(): void {
    if (!this.state.connected || this.statePause) return;
    this.statePause = this.options.clock.after(STATE_PAUSE_MS, () => {
      this.statePause = null;
      this.sendState();
    });
  }

  /** Tells the hub what is new without delay, e.g. before the process ends. */
  sendState(): void {
    if (!this.state.connected || !this.granted.has('state')) return;
    const storeError = this.options.trouble();
    this.send({ ch: 'state', seq: (this.stateSeq += 1), sessions: this.options.sessions(), clockOffsetMs: this.readOffset(), ...(storeError ? { storeError } : {}) });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.retryTimer?.cancel();
    this.leave(true);
  }

  private connect(): void {
    const { hubUrl, token, clock } = this.options;
    this.attemptMonoMs = clock.monotonicMs();
    this.socket = new HubSocket({ hubUrl, token, clock, rttMs: this.patience.rttMs, slowWelcomes: this.slowWelcomes }, {
      onOpen: () => this.send({ ch: 'hello', v: SPOKEN_VERSIONS.newest, oldestV: SPOKEN_VERSIONS.oldest, firmwareVersion: this.options.firmwareVersion, channels: Object.keys(CONTROL_CHANNELS) }),
      onText: (text) => this.receive(text),
      onRtt: (rttMs) => this.patience.measured(rttMs),
      onLost: (cause, error) => this.lose(cause, error),
    });
  }

  private receive(text: string | null): void {
    this.lastHeardMonoMs = this.options.clock.monotonicMs();
    const message = this.read(text);
    if (!message) return;
    switch (message.ch) {
      case 'welcome': this.welcome(message); break;
      case 'refused': {
        const error = AppError.fromBody(message);
        this.lose(error.retryable ? 'path' : 'refused', error);
        break;
      }
      case 'clock': this.ponged(message.atMs, message.hubUnixMs); break;
      case 'viewers': this.change({ viewers: message.sessions.reduce((sum, each) => sum + each.viewers, 0) }); break;
      default:
        this.options.logger.info({ relayUp: message.epoch !== null }, 'relay epoch changed');
        this.change({ relayEpoch: message.epoch });
    }
  }

  /** null: nothing for us, or the connection has just been left for what came. */
  private read(text: string | null): HubToBox | null {
    try {
      if (text === null) throw new AppError('STR_MESSAGE_INVALID', { detail: 'binary frame' });
      const { message, ignoredFields } = readMessage(JSON.parse(text));
      if (ignoredFields > 0 || !message) {
        this.ignored = { fields: this.ignored.fields + ignoredFields, messages: this.ignored.messages + (message ? 0 : 1) };
        this.log.say('info', 'later hub', message ? 'fields' : 'messages', {}, 'the hub speaks of things that this release does not know');
      }
      return message;
    } catch {
      this.lose('refused', new AppError('STR_MESSAGE_INVALID', { detail: 'from the hub' }));
      return null;
    }
  }

  private welcome(message: Extract<HubToBox, { ch: 'welcome' }>): void {
    const { clock } = this.options;
    if (agreeOnVersion(SPOKEN_VERSIONS, { oldest: message.v, newest: message.v }) === null) {
      this.lose('refused', new AppError('STR_VERSION', { found: message.v, known: `${SPOKEN_VERSIONS.oldest}-${SPOKEN_VERSIONS.newest}` }));
      return;
    }
    this.socket?.settle();
    this.cancelTimers();
    const nowMs = clock.monotonicMs();
    this.reconnect = connected(this.reconnect, nowMs);
    this.patience.found(nowMs);
    this.granted = new Set(message.channels ?? Object.keys(CONTROL_CHANNELS));
    this.hasConnected = true;
    this.stateSeq = 0;
    this.ignored = NOTHING_IGNORED;
    this.offset.reset();
    this.timers = [clock.every(PING_INTERVAL_MS, () => this.pulse()), clock.every(STATE_INTERVAL_MS, () => this.sendState())];
    this.log.say('info', 'hub', 'connected', { hubVersion: message.hubVersion }, 'hub connected');
    this.change({ connected: true, sinceMs: clock.nowMs(), relayEpoch: message.relayEpoch, features: message.features, error: null });
    this.ping();
    this.sendState();
  }

  private ponged(sentMonoMs: number, hubUnixMs: number): void {
    const first = this.readOffset() === null;
    this.offset.add(sentMonoMs, this.lastHeardMonoMs, hubUnixMs);
    this.patience.measured(this.lastHeardMonoMs - sentMonoMs);
    // Viewers see times of this box's clock: the hub shall know at once by how much it is off.
    if (first) this.announceState();
    if (first) this.options.onChange();
    // From here on the round trip itself is known.
    this.slowWelcomes = 0;
  }

  private readOffset(): number | null {
    return this.offset.offsetMs(this.options.clock.nowMs(), this.options.clock.monotonicMs());
  }

  private pulse(): void {
    if (!this.granted.has('clock')) return;
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs - this.lastHeardMonoMs <= this.patience.silenceMs(nowMs)) {
      this.ping();
      return;
    }
    this.patience.lost(nowMs);
    this.lose('path', new AppError('STR_HUB_UNREACHABLE', { detail: 'silent' }));
  }

  private ping(): void {
    if (this.granted.has('clock')) this.send({ ch: 'clock', op: 'ping', id: (this.nextPing += 1), atMs: this.options.clock.monotonicMs() });
  }

  private send(message: BoxToHub): void {
    this.socket?.send(message);
  }

  /** Leaves this connection, for the given reason, and tries anew. */
  private lose(cause: LossCause, reason: AppError | null): void {
    if (this.closed) return;
    this.leave(false);
    const { clock } = this.options;
    const nowMs = clock.monotonicMs();
    if (reason?.context['detail'] === NO_WELCOME) this.slowWelcomes = Math.min(this.slowWelcomes + 1, 4);
    const asked = reason?.context['retryAfterMs'];
    const plan = planReconnect(this.reconnect, { cause, nowMs, random: (this.options.random ?? Math.random)(), askedMs: typeof asked === 'number' ? asked : 0 });
    this.reconnect = plan.state;
    const error = reason ?? new AppError('STR_IDENTITY_IN_USE', { waitSeconds: Math.round(plan.delayMs / 1000) });
    this.tell(error);
    const spentMs = cause === 'path' ? nowMs - this.attemptMonoMs : 0;
    this.retryTimer = clock.after(Math.max(MIN_WAIT_MS, plan.delayMs - spentMs), () => this.connect());
  }

  private tell(error: AppError): void {
    const { clock } = this.options;
    const starting = error.retryable && !this.hasConnected && clock.monotonicMs() - this.startedMonoMs < QUIET_START_MS;
    const level = starting ? 'info' : 'warn';
    this.log.say(level, 'hub', `${level} ${error.code}`, { code: error.code, detail: error.context['detail'] }, 'hub not connected');
    if (!this.state.connected && this.state.error && this.state.error.message === error.message) return;
    this.change({ connected: false, relayEpoch: null, error, viewers: null, ...(this.state.connected ? { sinceMs: clock.nowMs() } : {}) });
  }

  private leave(farewell: boolean): void {
    this.cancelTimers();
    this.statePause?.cancel();
    this.statePause = null;
    this.socket?.close(farewell);
    this.socket = null;
  }

  private cancelTimers(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
  }

  private change(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
    this.options.onChange();
  }
}
