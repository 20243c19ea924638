import { connect } from 'node:net';
import { AppError, PROTOCOL_VERSION } from '../index.ts';
import { systemClock, type Clock, type Timer } from '../lib/clock.ts';
import { RpcPeer, type RpcMethods } from './rpc-peer.ts';

export interface ConnectOptions {
  readonly path: string;
  /** Name that the server may log. */
  readonly client: string;
  readonly methods?: RpcMethods;
  readonly timeoutMs?: number;
  readonly onEvent?: (name: string, data: unknown) => void;
  readonly clock?: Clock;
}
export interface RpcConnection { readonly peer: RpcPeer; readonly snapshot: unknown }

/**
 * Connects once, says hello and waits for the snapshot (its data is `unknown`: check it with its schema).
 * Events are handed on in order; a missing number ends the connection. Set `peer.onClose` to learn of its end.
 * @throws STR_VERSION of another release; STR_RPC_CLOSED when nobody listens or the server hangs up; STR_RPC_TIMEOUT.
 */
export function connectRpc(options: ConnectOptions): Promise<RpcConnection> {
  const clock = options.clock ?? systemClock;
  const timeoutMs = options.timeoutMs ?? 5000;
  return new Promise((resolve, reject) => {
    const socket = connect(options.path);
    const peer = new RpcPeer(socket, { methods: options.methods ?? {}, clock });
    const timer = clock.after(timeoutMs, () => peer.drop(new AppError('STR_RPC_TIMEOUT', { method: 'hello', timeoutMs })));
    let lastSeq: number | null = null;
    peer.onClose = (reason) => {
      timer.cancel();
      reject(reason ?? new AppError('STR_RPC_CLOSED'));
    };
    peer.onMessage = (message) => {
      if (message.type === 'snapshot' && lastSeq === null) {
        timer.cancel();
        lastSeq = message.seq;
        resolve({ peer, snapshot: message.data });
      } else if (message.type === 'refused' && lastSeq === null) {
        throw AppError.fromBody(message.error);
      } else if (message.type === 'event' && lastSeq !== null) {
        if (message.seq !== lastSeq + 1) throw new AppError('STR_MESSAGE_INVALID', { detail: 'event missing' });
        lastSeq = message.seq;
        options.onEvent?.(message.name, message.data);
      } else {
        throw new AppError('STR_MESSAGE_INVALID', { detail: `unexpected ${message.type}` });
      }
    };
    socket.on('connect', () => peer.send({ type: 'hello', v: PROTOCOL_VERSION, client: options.client }));
  });
}

export interface RpcClientOptions extends Omit<ConnectOptions, 'onEvent'> {
  /** A new connection's snapshot (or its `unknown` data); throwing drops the connection, and it is tried anew. */
  readonly onSnapshot: (data: unknown, peer: RpcPeer) => void;
  readonly onEvent?: (name: string, data: unknown, peer: RpcPeer) => void;
  readonly onGone?: (reason: AppError | null) => void;
  readonly retryMs?: number;
}

/** A client that stays: connects anew when the server went away. start() once; close() is idempotent. */
export class RpcClient {
  private readonly options: RpcClientOptions;
  private readonly clock: Clock;
  private current: RpcPeer | null = null;
  private timer: Timer | null = null;
  private closed = false;

  constructor(options: RpcClientOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
  }

  /** The connection, or null while there is none. */
  get peer(): RpcPeer | null {
    return this.current;
  }

  start(): void {
    void this.open();
  }

  /** @throws STR_RPC_CLOSED while there is no connection; otherwise as RpcPeer.request. */
  async request(method: string, params: unknown): Promise<unknown> {
    if (!this.current) throw new AppError('STR_RPC_CLOSED');
    return await this.current.request(method, params);
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.current?.close();
  }

  private async open(): Promise<void> {
    // Events can come in the same read as the snapshot, before the promise's continuation runs: keep them in order.
    const early: [string, unknown][] = [];
    let ready = false;
    try {
      const { onSnapshot, onEvent, onGone, retryMs: _, ...rest } = this.options;
      const { peer, snapshot } = await connectRpc({
        ...rest,
        onEvent: (name, data) => {
          if (ready && this.current) onEvent?.(name, data, this.current);
          else early.push([name, data]);
        },
      });
      if (this.closed) {
        peer.close();
        return;
      }
      peer.onClose = (reason) => {
        this.current = null;
        onGone?.(reason);
        this.retry();
      };
      if (peer.ended) {
        this.retry();
        return;
      }
      this.current = peer;
      try {
        onSnapshot(snapshot, peer);
        ready = true;
        for (const [name, data] of early) onEvent?.(name, data, peer);
      } catch (error) {
        peer.drop(error instanceof AppError ? error : new AppError('STR_MESSAGE_INVALID', { detail: 'snapshot refused' }, { cause: error }));
      }
    } catch {
      this.retry();
    }
  }

  private retry(): void {
    if (this.closed) return;
    this.timer = this.clock.after(this.options.retryMs ?? 100, () => void this.open());
  }
}
