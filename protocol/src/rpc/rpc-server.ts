import { createServer, type Server, type Socket } from 'node:net';
import { AppError, PROTOCOL_VERSION, type ErrorBody, toAppError } from '../index.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { listenUnix } from '../lib/listen-unix.ts';
import { encodeMessage } from './rpc-message.ts';
import { RpcPeer, type RpcMethods } from './rpc-peer.ts';

export interface RpcServerOptions {
  readonly path: string;
  /** Mode bits of the socket, e.g. 0o600. */
  readonly mode: number;
  /** Number of the group that the mode's middle digit is for. */
  readonly group?: number;
  /** Asked of each connection before anything is read from it; an error is told to the peer and to onRefused. */
  readonly admit?: (socket: Socket) => AppError | null;
  readonly onRefused?: (reason: AppError) => void;
  readonly methods: RpcMethods;
  /** State that a new client gets first. */
  readonly snapshot: () => unknown;
  readonly onClient?: (client: RpcPeer, name: string) => void;
  readonly onClientGone?: (client: RpcPeer, reason: ErrorBody | null) => void;
  readonly maxClients?: number;
  readonly maxBacklogBytes?: number;
  readonly helloTimeoutMs?: number;
  readonly clock?: Clock;
}

/** A unix socket on which clients say hello, get a snapshot, then numbered events, and may ask. start() once; close() is idempotent. */
export class RpcServer {
  private readonly options: RpcServerOptions;
  private readonly clock: Clock;
  private readonly server: Server;
  private readonly peers = new Set<RpcPeer>();
  private readonly clients = new Map<RpcPeer, { seq: number }>();
  private closing: Promise<void> | null = null;

  constructor(options: RpcServerOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.server = createServer((socket) => this.accept(socket));
  }

  /**
   * Listens. A socket left behind by a dead process is removed first.
   * @throws CFG_INVALID for a path that is too long or taken by a living process or another kind of file.
   */
  async start(): Promise<void> {
    const { path, mode, group } = this.options;
    // Others may pass through the folder to a socket that its mode opens to them, not list it.
    await listenUnix(this.server, { path, mode, ...(group === undefined ? {} : { group }), folderMode: 0o711, key: 'runDir' });
  }

  /**
   * Sends an event to every client that said hello; each counts its own sequence from its snapshot. Never throws: a client
   * that can't be sent it has missed an event, and is dropped (onClientGone with the reason).
   */
  broadcast(name: string, data: unknown): void {
    for (const [peer, state] of this.clients) {
      try {
        peer.send({ type: 'event', seq: (state.seq += 1), name, data });
      } catch (error) {
        peer.drop(toAppError(error));
      }
    }
  }

  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const peer of this.peers) peer.close();
    });
    return this.closing;
  }

  /** True when the peer may not speak here: it was told, and the connection ends. */
  private refuses(socket: Socket): boolean {
    let refusal: AppError | null;
    try {
      refusal = this.options.admit?.(socket) ?? null;
    } catch (error) {
      refusal = toAppError(error);
    }
    if (refusal === null) return false;
    socket.on('error', () => {});
    socket.end(encodeMessage({ type: 'refused', error: refusal.toBody() }));
    // Whatever it has to say is not read, and one that never closes its side does not hold us.
    this.clock.after(200, () => socket.destroy());
    this.options.onRefused?.(refusal);
    return true;
  }

  private accept(socket: Socket): void {
    if (this.peers.size >= (this.options.maxClients ?? 16)) {
      socket.destroy();
      return;
    }
    if (this.refuses(socket)) return;
    const gate = { open: false };
    const peer = new RpcPeer(socket, {
      methods: gateMethods(this.options.methods, gate), clock: this.clock,
      ...(this.options.maxBacklogBytes === undefined ? {} : { maxBacklogBytes: this.options.maxBacklogBytes }),
    });
    this.peers.add(peer);
    const helloTimer = this.clock.after(this.options.helloTimeoutMs ?? 5000, () => peer.drop(new AppError('STR_MESSAGE_INVALID', { detail: 'no hello' })));
    peer.onClose = (reason) => {
      helloTimer.cancel();
      this.peers.delete(peer);
      if (this.clients.delete(peer)) this.options.onClientGone?.(peer, reason?.toBody() ?? null);
    };
    peer.onMessage = (message) => {
      if (message.type !== 'hello' || gate.open) throw new AppError('STR_MESSAGE_INVALID', { detail: `unexpected ${message.type}` });
      helloTimer.cancel();
      if (message.v !== PROTOCOL_VERSION) {
        peer.send({ type: 'refused', error: new AppError('STR_VERSION', { found: message.v, known: PROTOCOL_VERSION }).toBody() });
        peer.close();
        return;
      }
      gate.open = true;
      peer.send({ type: 'snapshot', v: PROTOCOL_VERSION, seq: 0, data: this.options.snapshot() });
      this.clients.set(peer, { seq: 0 });
      this.options.onClient?.(peer, message.client);
    };
  }
}

/** Refuses every request until the client has said hello. */
function gateMethods(methods: RpcMethods, gate: { open: boolean }): RpcMethods {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, {
    handle: async (params: unknown, peer: RpcPeer) => {
      if (!gate.open) throw new AppError('STR_MESSAGE_INVALID', { detail: 'hello first' });
      return await method.handle(params, peer);
    },
  }]));
}
