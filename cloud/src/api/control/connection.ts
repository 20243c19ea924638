import { agreeOnVersion, AppError, CONTROL_CLOSE as CLOSE, grantChannels, HUB_FEATURES, SPOKEN_VERSIONS, toAppError, type BoxToHub, type BoxTrouble, type ControlChannel, type HubToBox, type LiveState } from '@scanlink/protocol';
import type { WebSocket } from 'ws';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { BoxRecord } from '../../store/schema.ts';
import { TokenBuckets } from '../auth/token-buckets.ts';
import { decodeBoxMessage } from './decode.ts';
import type { PresenceBook } from './presence.ts';

const HELLO_WITHIN_MS = 5000;
/** Round trips are measured by WebSocket's own ping, which every box answers; one at a time. */
const MEASURE_EVERY_MS = 1000;
/** The socket of a box that said nothing for so long is given up; presence was gone long before. */
const GIVE_UP_AFTER_MS = 10_000;
/** More than this waiting in the socket, and the box reads too slowly to be talked to. */
const MAX_BUFFERED_BYTES = 262_144;
/** Each state goes out to every viewer of the box. A box sends at most 10 a second. */
const STATES = { burst: 40, perSecond: 20 } as const;
/** All messages; a box pings about three times a second. */
const MESSAGES = { burst: 200, perSecond: 60 } as const;

type BoxHello = Extract<BoxToHub, { ch: 'hello' }>;

export interface ConnectionDependencies {
  readonly presence: PresenceBook;
  readonly logger: Logger;
  readonly hubVersion: string;
  readonly relayEpoch: () => string | null;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Hub wall clock, Unix milliseconds. */
  readonly wallNow: () => number;
  /** The box has said hello: from now on this connection speaks for it. */
  readonly onReady: (connection: BoxConnection) => void;
  /** What the box says of its sessions, in order. */
  readonly onState: (box: BoxRecord, sessions: readonly LiveState[], trouble: BoxTrouble | null) => void;
  /** Something of a later release was passed over. */
  readonly onIgnored: (count: number) => void;
  readonly onClosed: (connection: BoxConnection) => void;
}

/** One control channel of one box whose token was right. Waits for `hello`, then answers pings and takes states. */
export class BoxConnection {
  readonly id: number;
  readonly box: BoxRecord;
  private readonly socket: WebSocket;
  private readonly deps: ConnectionDependencies;
  private readonly states: TokenBuckets;
  private readonly messages: TokenBuckets;
  /** null until hello. */
  private granted: readonly ControlChannel[] | null = null;
  private saidIgnored = false;
  private lastHeardMs: number;
  /** When the ping whose answer is awaited was sent; null: none is. */
  private measuringMs: number | null = null;
  private lastMeasureMs = Number.NEGATIVE_INFINITY;

  constructor(id: number, box: BoxRecord, socket: WebSocket, deps: ConnectionDependencies) {
    this.id = id;
    this.box = box;
    this.socket = socket;
    this.deps = deps;
    this.lastHeardMs = deps.now();
    this.states = new TokenBuckets(STATES, deps.now);
    this.messages = new TokenBuckets(MESSAGES, deps.now);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.receive(data, isBinary));
    socket.on('pong', () => this.measured());
    // ws closes by itself after a protocol error (1009 for a message that is too large).
    socket.on('error', () => undefined);
    socket.on('close', (code) => this.closed(code));
  }

  send(message: HubToBox): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) this.socket.terminate();
    else this.socket.send(JSON.stringify(message));
  }

  isGranted(channel: ControlChannel): boolean {
    return this.granted?.includes(channel) === true;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** Says why in both languages, then closes. */
  refuse(code: number, error: AppError): void {
    this.deps.logger.warn({ boxId: this.box.boxId, code: error.code, detail: error.context['detail'] }, 'control channel refused');
    const { code: errorCode, message, messageZh, retryable } = error.toBody();
    this.send({ ch: 'refused', code: errorCode, message, messageZh, retryable });
    this.socket.close(code, errorCode);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Ends a connection that never said hello, or that fell silent for good. */
  tick(atMs: number): void {
    const silentMs = atMs - this.lastHeardMs;
    if (!this.granted && silentMs > HELLO_WITHIN_MS) this.refuse(CLOSE.badMessage, new AppError('HUB_BAD_MESSAGE', { detail: 'no hello' }));
    else if (silentMs > GIVE_UP_AFTER_MS) this.terminate();
    else if (this.granted) this.measure(atMs);
  }

  private measure(atMs: number): void {
    if (this.measuringMs !== null || atMs - this.lastMeasureMs < MEASURE_EVERY_MS || this.socket.readyState !== this.socket.OPEN) return;
    this.measuringMs = atMs;
    this.lastMeasureMs = atMs;
    this.socket.ping();
  }

  /** One that nobody asked for says nothing. */
  private measured(): void {
    if (this.measuringMs === null) return;
    this.deps.presence.measured(this.box.boxId, this.deps.now() - this.measuringMs);
    this.measuringMs = null;
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.lastHeardMs = this.deps.now();
    try {
      if (isBinary) throw new AppError('HUB_BAD_MESSAGE', { detail: 'text frames only' });
      if (this.messages.take('') > 0) throw new AppError('HUB_BAD_MESSAGE', { detail: `more than ${MESSAGES.perSecond} messages a second` });
      const { message, ignored } = decodeBoxMessage(data.toString('utf8'));
      if (ignored > 0) this.passOver(ignored);
      if (message) this.handle(message);
    } catch (error) {
      const appError = toAppError(error);
      if (appError.code === 'BUG_UNEXPECTED') this.deps.logger.error({ boxId: this.box.boxId, err: error }, 'control message failed');
      this.refuse(appError.code === 'HUB_VERSION' ? CLOSE.version : CLOSE.badMessage, appError);
    }
  }

  private handle(message: BoxToHub): void {
    const { boxId } = this.box;
    const atMs = this.lastHeardMs;
    if (message.ch === 'hello') {
      this.greet(message);
      return;
    }
    if (!this.granted) throw new AppError('HUB_BAD_MESSAGE', { detail: 'hello must come first' });
    // A right that was not granted: as if it had not been said.
    if (!this.granted.includes(message.ch)) {
      this.passOver(1);
      return;
    }
    if (message.ch === 'clock') {
      this.send({ ch: 'clock', op: 'pong', id: message.id, atMs: message.atMs, hubUnixMs: this.deps.wallNow() });
      this.deps.presence.apply(boxId, { type: 'heard', connectionId: this.id, atMs });
      return;
    }
    if (this.states.take('') > 0) throw new AppError('HUB_BAD_MESSAGE', { detail: `more than ${STATES.perSecond} states a second` });
    const inOrder = this.deps.presence.apply(boxId, { type: 'state', connectionId: this.id, atMs, seq: message.seq, live: message.sessions, clockOffsetMs: message.clockOffsetMs ?? null });
    if (!inOrder) throw new AppError('HUB_BAD_MESSAGE', { detail: '/seq must grow' });
    this.deps.onState(this.box, message.sessions, message.storeError ?? null);
  }

  private greet(hello: BoxHello): void {
    if (this.granted) throw new AppError('HUB_BAD_MESSAGE', { detail: 'hello came twice' });
    const version = agreeOnVersion(SPOKEN_VERSIONS, { oldest: hello.oldestV ?? hello.v, newest: hello.v });
    if (version === null) throw new AppError('HUB_VERSION', { found: hello.v, known: describeVersions() });
    this.granted = grantChannels(hello.channels);
    this.deps.logger.info({ boxId: this.box.boxId, firmwareVersion: hello.firmwareVersion, version, channels: this.granted }, 'box connected');
    this.send({ ch: 'welcome', v: version, hubVersion: this.deps.hubVersion, features: [...HUB_FEATURES], relayEpoch: this.deps.relayEpoch(), channels: [...this.granted] });
    this.deps.onReady(this);
    this.deps.presence.apply(this.box.boxId, { type: 'opened', connectionId: this.id, atMs: this.lastHeardMs });
  }

  /** Counted always, said once a connection: a later release says it with every message. */
  private passOver(count: number): void {
    this.deps.onIgnored(count);
    if (!this.saidIgnored) this.deps.logger.info({ boxId: this.box.boxId }, 'the box says more than this release knows');
    this.saidIgnored = true;
  }

  private closed(code: number): void {
    if (this.granted) {
      this.deps.logger.info({ boxId: this.box.boxId, closeCode: code }, 'box disconnected');
      this.deps.presence.apply(this.box.boxId, { type: 'closed', connectionId: this.id });
    }
    this.deps.onClosed(this);
  }
}

function describeVersions(): string {
  const { oldest, newest } = SPOKEN_VERSIONS;
  return oldest === newest ? String(newest) : `${oldest} to ${newest}`;
}
