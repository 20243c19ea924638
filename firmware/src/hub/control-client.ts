import { AppError, HubToBoxSchema, PATH_SILENCE_MS, PROTOCOL_VERSION, type BoxToHub, type HubToBox, type LiveState } from '@scanlink/protocol';
import { WebSocket } from 'ws';
import { createCheck } from '@scanlink/protocol/check';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { ChangeLog, type Logger } from '../lib/logger.ts';
import { ClockOffset } from './clock-offset.ts';
import { reconnectDelayMs, refusedDelayMs } from './reconnect-delay.ts';

const PING_INTERVAL_MS = 300;
const STATE_INTERVAL_MS = 5000;
/** A burst of changes becomes one message. */
const STATE_PAUSE_MS = 50;
/** From the start of an attempt to the hub's welcome. */
const WELCOME_TIMEOUT_MS = 1500;

/** Box and hub often start together: until then a hub that is not there yet is no news. */
const QUIET_START_MS = 5000;

const checkHubMessage = createCheck(HubToBoxSchema);

export interface ControlClientOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly firmwareVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the `state` channel tells; asked again whenever it is sent. */
  readonly sessions: () => LiveState[];
  /** Connection, relay epoch or error changed. */
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
}

/**
 * The box's end of the control channel. It stays: a lost path (1 s of silence) is left at once and tried anew.
 * start() once; close() is idempotent.
 */
export class ControlClient {
  private readonly options: ControlClientOptions;
  private readonly log: ChangeLog;
  private readonly offset = new ClockOffset();
  private socket: WebSocket | null = null;
  private timers: Timer[] = [];
  private retryTimer: Timer | null = null;
  private statePause: Timer | null = null;
  private state: Omit<HubStatus, 'clockOffsetMs'>;
  private lastHeardMonoMs = 0;
  private attempt = 0;
  private attemptMonoMs = 0;
  private startedMonoMs = 0;
  private hasConnected = false;
  private nextPing = 1;
  private stateSeq = 0;
  private closed = false;

  constructor(options: ControlClientOptions) {
    this.options = options;
    this.log = new ChangeLog(options.logger);
    this.state = { connected: false, sinceMs: options.clock.nowMs(), relayEpoch: null, features: [], error: null };
  }

  get status(): HubStatus {
    const { clock } = this.options;
    return { ...this.state, clockOffsetMs: this.state.connected ? this.offset.offsetMs(clock.nowMs(), clock.monotonicMs()) : null };
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
    if (this.state.connected) this.send({ ch: 'state', seq: (this.stateSeq += 1), sessions: this.options.sessions() });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.retryTimer?.cancel();
    this.leave();
  }

  private connect(): void {
    const { hubUrl, token, clock } = this.options;
    this.attemptMonoMs = clock.monotonicMs();
    const socket = new WebSocket(`${hubUrl.replace(/^http/, 'ws')}/api/v1/box/control`, {
      headers: { authorization: `Bearer ${token}` }, handshakeTimeout: WELCOME_TIMEOUT_MS, perMessageDeflate: false, maxPayload: 65_536, followRedirects: false,
    });
    this.socket = socket;
    this.timers = [clock.after(WELCOME_TIMEOUT_MS, () => this.lose(socket, new AppError('STR_HUB_UNREACHABLE', { detail: 'no welcome' })))];
    socket.on('open', () => this.send({ ch: 'hello', v: PROTOCOL_VERSION, firmwareVersion: this.options.firmwareVersion, channels: ['state', 'clock'] }));
    socket.on('message', (data, isBinary) => this.receive(socket, data as Buffer, isBinary));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      this.lose(socket, errorOfStatus(response.statusCode ?? 0));
    });
    // Only the error's code: its text holds addresses.
    socket.on('error', (error: NodeJS.ErrnoException) => this.lose(socket, new AppError('STR_HUB_UNREACHABLE', { detail: error.code ?? 'connection failed' })));
    socket.on('close', (code) => this.lose(socket, code === 4401 || code === 4403 ? errorOfStatus(code - 4000) : new AppError('STR_HUB_UNREACHABLE', { detail: `closed (${code})` })));
  }

  private receive(socket: WebSocket, data: Buffer, isBinary: boolean): void {
    if (socket !== this.socket) return;
    this.lastHeardMonoMs = this.options.clock.monotonicMs();
    let message: HubToBox;
    try {
      if (isBinary) throw new AppError('STR_MESSAGE_INVALID', { detail: 'binary frame' });
      message = checkHubMessage(JSON.parse(data.toString('utf8')));
    } catch {
      this.lose(socket, new AppError('STR_MESSAGE_INVALID', { detail: 'from the hub' }));
      return;
    }
    switch (message.ch) {
      case 'welcome': this.welcome(socket, message); break;
      case 'refused': this.lose(socket, AppError.fromBody(message)); break;
      case 'clock': this.offset.add(message.atMs, this.lastHeardMonoMs, message.hubUnixMs); break;
      default:
        this.options.logger.info({ relayUp: message.epoch !== null }, 'relay epoch changed');
        this.change({ relayEpoch: message.epoch });
    }
  }

  private welcome(socket: WebSocket, message: Extract<HubToBox, { ch: 'welcome' }>): void {
    const { clock } = this.options;
    if (message.v !== PROTOCOL_VERSION) {
      this.lose(socket, new AppError('STR_MESSAGE_INVALID', { detail: `hub speaks protocol ${message.v}, this box ${PROTOCOL_VERSION}` }));
      return;
    }
    for (const timer of this.timers) timer.cancel();
    this.attempt = 0;
    this.hasConnected = true;
    this.stateSeq = 0;
    this.offset.reset();
    this.timers = [clock.every(PING_INTERVAL_MS, () => this.pulse(socket)), clock.every(STATE_INTERVAL_MS, () => this.sendState())];
    this.log.say('info', 'hub', 'connected', { hubVersion: message.hubVersion }, 'hub connected');
    this.change({ connected: true, sinceMs: clock.nowMs(), relayEpoch: message.relayEpoch, features: message.features, error: null });
    this.ping();
    this.sendState();
  }

  private pulse(socket: WebSocket): void {
    if (this.options.clock.monotonicMs() - this.lastHeardMonoMs > PATH_SILENCE_MS) {
      this.lose(socket, new AppError('STR_HUB_UNREACHABLE', { detail: 'silent' }));
      return;
    }
    this.ping();
  }

  private ping(): void {
    this.send({ ch: 'clock', op: 'ping', id: (this.nextPing += 1), atMs: this.options.clock.monotonicMs() });
  }

  private send(message: BoxToHub): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Leaves this connection, for the given reason, and tries anew. */
  private lose(socket: WebSocket, error: AppError): void {
    if (socket !== this.socket || this.closed) return;
    this.leave();
    const { clock } = this.options;
    const starting = error.retryable && !this.hasConnected && clock.monotonicMs() - this.startedMonoMs < QUIET_START_MS;
    const level = starting ? 'info' : 'warn';
    this.log.say(level, 'hub', `${level} ${error.code}`, { code: error.code, detail: error.context['detail'] }, 'hub not connected');
    if (this.state.connected || this.state.error?.code !== error.code) {
      this.change({ connected: false, relayEpoch: null, error, ...(this.state.connected ? { sinceMs: clock.nowMs() } : {}) });
    }
    const random = (this.options.random ?? Math.random)();
    const spentMs = clock.monotonicMs() - this.attemptMonoMs;
    const delayMs = error.retryable ? Math.max(20, reconnectDelayMs(this.attempt, random) - spentMs) : refusedDelayMs(random);
    this.attempt += 1;
    this.retryTimer = clock.after(delayMs, () => this.connect());
  }

  private leave(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
    this.statePause?.cancel();
    this.statePause = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.removeAllListeners();
    // An attempt that is given up still reports its end as an error.
    socket.on('error', () => {});
    if (socket.readyState === WebSocket.OPEN && this.closed) socket.close(1001);
    else socket.terminate();
  }

  private change(part: Partial<Omit<HubStatus, 'clockOffsetMs'>>): void {
    this.state = { ...this.state, ...part };
    this.options.onChange();
  }
}

function errorOfStatus(status: number): AppError {
  if (status === 401) return new AppError('HUB_NO_TOKEN');
  if (status === 403) return new AppError('HUB_WRONG_TOKEN');
  return new AppError('STR_HUB_UNREACHABLE', { detail: `HTTP ${status}` });
}
