import { agreeOnVersion, AppError, CONTROL_CLOSE as CLOSE, grantChannels, HUB_FEATURES, SPOKEN_VERSIONS, toAppError, type BoxToHub, type HubToBox } from '@scanlink/protocol';
import type { WebSocket } from 'ws';
import type { Logger } from '../../lib/logger.ts';
import type { BoxRecord } from '../../store/schema.ts';
import { decodeBoxMessage } from './decode.ts';
import type { PresenceBook } from './presence.ts';

const HELLO_WITHIN_MS = 5000;
/** The socket of a box that said nothing for so long is given up; presence was gone long before. */
const GIVE_UP_AFTER_MS = 10_000;
/** More than this waiting in the socket, and the box reads too slowly to be talked to. */
const MAX_BUFFERED_BYTES = 262_144;

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
  readonly onClosed: (connection: BoxConnection) => void;
}

/** One control channel of one box whose token was right. Waits for `hello`, then answers pings and takes states. */
export class BoxConnection {
  readonly id: number;
  readonly box: BoxRecord;
  private readonly socket: WebSocket;
  private readonly deps: ConnectionDependencies;
  private ready = false;
  /** Messages that were not understood, or not wholly, or came on a channel that was not granted. */
  private ignored = 0;
  private granted: ReadonlySet<string> = new Set();
  private lastHeardMs: number;

  constructor(id: number, box: BoxRecord, socket: WebSocket, deps: ConnectionDependencies) {
    this.id = id;
    this.box = box;
    this.socket = socket;
    this.deps = deps;
    this.lastHeardMs = deps.now();
    socket.on('message', (data: Buffer, isBinary: boolean) => this.receive(data, isBinary));
    // ws closes by itself after a protocol error (1009 for a message that is too large).
    socket.on('error', () => undefined);
    socket.on('close', (code) => this.closed(code));
  }

  send(message: HubToBox): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) this.socket.terminate();
    else this.socket.send(JSON.stringify(message));
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Ends a connection that never said hello, or that fell silent for good. */
  tick(atMs: number): void {
    const silentMs = atMs - this.lastHeardMs;
    if (!this.ready && silentMs > HELLO_WITHIN_MS) this.refuse(CLOSE.badMessage, new AppError('HUB_BAD_MESSAGE', { detail: 'no hello' }));
    else if (silentMs > GIVE_UP_AFTER_MS) this.terminate();
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.lastHeardMs = this.deps.now();
    try {
      if (isBinary) throw new AppError('HUB_BAD_MESSAGE', { detail: 'text frames only' });
      const { message, ignoredFields } = decodeBoxMessage(data.toString('utf8'));
      if (ignoredFields > 0 || !message) this.noteIgnored();
      if (message) this.handle(message);
    } catch (error) {
      const appError = toAppError(error);
      if (appError.code === 'BUG_UNEXPECTED') this.deps.logger.error({ boxId: this.box.boxId, err: error }, 'control message failed');
      this.refuse(appError.code === 'HUB_VERSION' ? CLOSE.version : CLOSE.badMessage, appError);
    }
  }

  /** Once a connection: the box is of a later release than this hub. */
  private noteIgnored(): void {
    this.ignored += 1;
    if (this.ignored === 1) this.deps.logger.info({ boxId: this.box.boxId }, 'the box speaks of things that this release does not know');
  }

  private handle(message: BoxToHub): void {
    const { boxId } = this.box;
    const atMs = this.lastHeardMs;
    if (message.ch === 'hello') {
      this.greet(message);
      return;
    }
    if (!this.ready) throw new AppError('HUB_BAD_MESSAGE', { detail: 'hello must come first' });
    if (!this.granted.has(message.ch)) {
      this.noteIgnored();
      return;
    }
    if (message.ch === 'clock') {
      this.send({ ch: 'clock', op: 'pong', id: message.id, atMs: message.atMs, hubUnixMs: this.deps.wallNow() });
      this.deps.presence.apply(boxId, { type: 'heard', connectionId: this.id, atMs });
      return;
    }
    const inOrder = this.deps.presence.apply(boxId, { type: 'state', connectionId: this.id, atMs, seq: message.seq, live: message.sessions, clockOffsetMs: message.clockOffsetMs ?? null });
    if (!inOrder) throw new AppError('HUB_BAD_MESSAGE', { detail: '/seq must grow' });
  }

  private greet(hello: Extract<BoxToHub, { ch: 'hello' }>): void {
    const { firmwareVersion } = hello;
    if (this.ready) throw new AppError('HUB_BAD_MESSAGE', { detail: 'hello came twice' });
    const version = agreeOnVersion(SPOKEN_VERSIONS, { oldest: hello.oldestV ?? hello.v, newest: hello.v });
    if (version === null) throw new AppError('HUB_VERSION', { found: hello.v, known: SPOKEN_VERSIONS.newest });
    const channels = grantChannels(hello.channels);
    this.granted = new Set(channels);
    this.ready = true;
    this.deps.logger.info({ boxId: this.box.boxId, firmwareVersion }, 'box connected');
    this.send({ ch: 'welcome', v: version, channels, hubVersion: this.deps.hubVersion, features: [...HUB_FEATURES], relayEpoch: this.deps.relayEpoch() });
    this.deps.onReady(this);
    this.deps.presence.apply(this.box.boxId, { type: 'opened', connectionId: this.id, atMs: this.lastHeardMs });
  }

  private refuse(code: number, error: AppError): void {
    this.deps.logger.warn({ boxId: this.box.boxId, code: error.code, detail: error.context['detail'] }, 'control channel refused');
    refuseSocket(this.socket, code, error);
  }

  private closed(code: number): void {
    if (this.ready) {
      this.deps.logger.info({ boxId: this.box.boxId, closeCode: code }, 'box disconnected');
      this.deps.presence.apply(this.box.boxId, { type: 'closed', connectionId: this.id });
    }
    this.deps.onClosed(this);
  }
}

/** Says why in both languages, then closes. */
function refuseSocket(socket: WebSocket, closeCode: number, error: AppError): void {
  const { code, message, messageZh } = error.toBody();
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ ch: 'refused', code, message, messageZh } satisfies HubToBox));
  socket.close(closeCode, error.code);
}
