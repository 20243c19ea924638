import type { Socket } from 'node:net';
import { AppError, toAppError, type Message } from '../index.ts';
import type { Static, TSchema } from 'typebox';
import { createCheck } from '../check.ts';
import { systemClock, type Clock, type Timer } from '../lib/clock.ts';
import { LineReader } from './line-reader.ts';
import { encodeMessage, parseMessage } from './rpc-message.ts';

/** A method that a side offers: its parameters are checked before `handle` runs. Make one with rpcMethod(). */
export interface RpcMethod { handle(params: unknown, peer: RpcPeer): Promise<unknown> }
export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/**
 * @param params schema of the parameters; what differs is refused with STR_MESSAGE_INVALID.
 * @param handle its result travels back; what it throws travels as an error body.
 */
export function rpcMethod<S extends TSchema>(params: S, handle: (params: Static<S>, peer: RpcPeer) => unknown): RpcMethod {
  const check = createCheck(params);
  return { handle: async (raw, peer) => await handle(check(raw), peer) };
}

export interface RequestOptions { readonly timeoutMs?: number }

export interface RpcPeerOptions {
  readonly methods: RpcMethods;
  /** Bytes waiting to be read by the other side after which it counts as stuck and is dropped. */
  readonly maxBacklogBytes?: number;
  /** Requests of the other side being worked on at one time; more are refused. */
  readonly maxInFlight?: number;
  readonly clock?: Clock;
}

interface Pending { resolve(result: unknown): void; reject(error: AppError): void; timer: Timer }

/**
 * One end of a line-JSON connection: sends and answers requests (several in flight), hands every other message to
 * onMessage. It owns the socket. Whoever breaks the format, or reads too slowly, loses the connection.
 */
export class RpcPeer {
  /** Messages that are neither request nor response. Throwing ends the connection. */
  onMessage: (message: Exclude<Message, { type: 'request' | 'response' }>) => void = () => {};
  /** Called once, with the reason when the connection was dropped by us. */
  onClose: (reason: AppError | null) => void = () => {};
  private readonly socket: Socket;
  private readonly options: Required<RpcPeerOptions>;
  private readonly reader = new LineReader();
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private working = 0;
  private finished = false;
  private readonly checks = new WeakMap<TSchema, (value: unknown) => unknown>();
  private reason: AppError | null = null;

  constructor(socket: Socket, options: RpcPeerOptions) {
    this.socket = socket;
    this.options = { maxBacklogBytes: 4 * 1024 * 1024, maxInFlight: 64, clock: systemClock, ...options };
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.finish());
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  /** True after onClose was called. */
  get ended(): boolean {
    return this.finished;
  }

  /**
   * Asks the other side and waits for its answer.
   * @param result when given, the answer is checked against it.
   * @throws what the other side threw; STR_RPC_CLOSED when the connection ends first; STR_RPC_TIMEOUT after timeoutMs (default 10 s).
   */
  request(method: string, params: unknown): Promise<unknown>;
  request<S extends TSchema>(method: string, params: unknown, result: S, options?: RequestOptions): Promise<Static<S>>;
  async request<S extends TSchema>(method: string, params: unknown, result?: S, options: RequestOptions = {}): Promise<unknown> {
    if (this.closed) throw new AppError('STR_RPC_CLOSED');
    const id = this.nextId++;
    const timeoutMs = options.timeoutMs ?? 10_000;
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = this.options.clock.after(timeoutMs, () => {
        this.pending.delete(id);
        reject(new AppError('STR_RPC_TIMEOUT', { method, timeoutMs }));
      });
      this.pending.set(id, { resolve, reject, timer });
    });
    this.send({ type: 'request', id, method, params });
    const value = await answer;
    return result ? this.checkFor(result)(value) : value;
  }

  /** Sends one message. A peer that does not read is dropped instead of letting a queue grow. */
  send(message: Message): void {
    if (this.closed) return;
    this.socket.write(encodeMessage(message));
    if (this.socket.writableLength > this.options.maxBacklogBytes) this.drop(new AppError('STR_RPC_CLOSED', { detail: 'slow reader' }));
  }

  /** Ends the connection after what was written has gone out; idempotent. */
  close(): void {
    this.socket.end();
    // A peer that never closes its side must not hold us.
    this.options.clock.after(200, () => this.socket.destroy());
  }

  /** Ends the connection at once; reason reaches onClose. */
  drop(reason: AppError): void {
    this.reason ??= reason;
    this.socket.destroy();
  }

  private checkFor(schema: TSchema): (value: unknown) => unknown {
    const known = this.checks.get(schema) ?? createCheck(schema);
    this.checks.set(schema, known);
    return known;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const line of this.reader.push(chunk)) {
        if (this.closed) return;
        this.dispatch(parseMessage(line));
      }
    } catch (error) {
      this.drop(toAppError(error));
    }
  }

  private dispatch(message: Message): void {
    if (message.type === 'request') {
      void this.answer(message.id, message.method, message.params);
      return;
    }
    if (message.type !== 'response') {
      this.onMessage(message);
      return;
    }
    const waiting = this.pending.get(message.id);
    if (!waiting) return; // timed out meanwhile
    this.pending.delete(message.id);
    waiting.timer.cancel();
    if (message.ok) waiting.resolve(message.result);
    else waiting.reject(AppError.fromBody(message.error));
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    this.working += 1;
    try {
      if (this.working > this.options.maxInFlight) throw new AppError('STR_MESSAGE_INVALID', { detail: 'too many requests in flight' });
      const offered = Object.hasOwn(this.options.methods, method) ? this.options.methods[method] : undefined;
      if (!offered) throw new AppError('STR_UNKNOWN_METHOD', { method });
      const result = await offered.handle(params, this);
      this.send({ type: 'response', id, ok: true, result: result ?? {} });
    } catch (error) {
      this.send({ type: 'response', id, ok: false, error: toAppError(error).toBody() });
    } finally {
      this.working -= 1;
    }
  }

  private finish(): void {
    this.finished = true;
    for (const waiting of this.pending.values()) {
      waiting.timer.cancel();
      waiting.reject(new AppError('STR_RPC_CLOSED'));
    }
    this.pending.clear();
    this.onClose(this.reason);
  }
}
