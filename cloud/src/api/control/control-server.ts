import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, toAppError } from '@scanlink/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../lib/logger.ts';
import type { BoxRecord } from '../../store/schema.ts';
import type { Gate } from '../auth/gate.ts';
import { hasTokenInQuery } from '../http/query-guard.ts';
import { BoxConnection, CLOSE, refuseSocket, type ConnectionDependencies } from './connection.ts';
import { MAX_MESSAGE_BYTES } from './decode.ts';
import type { PresenceBook } from './presence.ts';

export const CONTROL_PATH = '/api/v1/box/control';
const TICK_MS = 250;

export interface ControlServerDependencies {
  readonly gate: Gate;
  readonly presence: PresenceBook;
  readonly logger: Logger;
  readonly hubVersion: string;
  readonly relayEpoch: () => string | null;
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** All control channels: WebSocket upgrades on CONTROL_PATH. One connection speaks for a box, the newest. */
export class ControlServer {
  private readonly deps: ControlServerDependencies;
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  private readonly connections = new Set<BoxConnection>();
  private readonly speakers = new Map<string, BoxConnection>();
  private timer: NodeJS.Timeout | null = null;
  private nextId = 1;
  private closing = false;

  constructor(deps: ControlServerDependencies) {
    this.deps = deps;
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  /** For the HTTP server's `upgrade` event. Any other path is answered 404 here: nothing else speaks WebSocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = request.url ?? '/';
    if (this.closing) rejectUpgrade(socket, new AppError('HUB_STOPPING'));
    else if (hasTokenInQuery(url)) rejectUpgrade(socket, new AppError('HUB_TOKEN_IN_QUERY'));
    else if (url.split('?')[0] !== CONTROL_PATH) rejectUpgrade(socket, new AppError('HUB_UNKNOWN_ROUTE'));
    else void this.admit(request, socket, head);
  }

  /** Tells every box that the relay was started anew (null: it is away). */
  announceRelay(epoch: string | null): void {
    for (const connection of this.speakers.values()) connection.send({ ch: 'relay', epoch });
  }

  /** Closes all connections with 1001; those that do not follow are cut after graceMs. Idempotent. */
  async close(graceMs = 300): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    if (this.timer) clearInterval(this.timer);
    for (const connection of this.connections) connection.close(CLOSE.goingAway, 'hub stops');
    const deadline = this.deps.now() + graceMs;
    while (this.connections.size > 0 && this.deps.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const connection of this.connections) connection.terminate();
    this.server.close();
  }

  /** The token is looked up before the handshake ends, so that no message can come before its sender is known. */
  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const answer = await this.deps.gate.admitBox({ authorization: request.headers.authorization, peer: request.socket.remoteAddress ?? '' })
      .then((box) => ({ box }), (error: unknown) => ({ error: toAppError(error) }));
    if (socket.destroyed || this.closing) {
      socket.destroy();
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      if ('box' in answer) this.accept(answer.box, webSocket);
      else this.refuse(webSocket, answer.error);
    });
  }

  private accept(box: BoxRecord, webSocket: WebSocket): void {
    const connectionDeps: ConnectionDependencies = {
      ...this.deps,
      onReady: (connection) => this.makeSpeaker(connection),
      onClosed: (connection) => this.forget(connection),
    };
    this.connections.add(new BoxConnection(this.nextId++, box, webSocket, connectionDeps));
  }

  private refuse(webSocket: WebSocket, error: AppError): void {
    webSocket.on('error', () => undefined);
    this.deps.logger.warn({ code: error.code }, 'control channel refused');
    refuseSocket(webSocket, error.code === 'HUB_NO_TOKEN' ? CLOSE.noToken : CLOSE.wrongToken, error);
    setTimeout(() => webSocket.terminate(), 1000).unref();
  }

  private makeSpeaker(connection: BoxConnection): void {
    const { boxId } = connection.box;
    const older = this.speakers.get(boxId);
    this.speakers.set(boxId, connection);
    older?.close(CLOSE.replaced, 'replaced by a newer connection');
  }

  private forget(connection: BoxConnection): void {
    this.connections.delete(connection);
    if (this.speakers.get(connection.box.boxId) === connection) this.speakers.delete(connection.box.boxId);
  }

  private tick(): void {
    const atMs = this.deps.now();
    this.deps.presence.tick(atMs);
    for (const connection of this.connections) connection.tick(atMs);
  }
}

function rejectUpgrade(socket: Duplex, error: AppError): void {
  const body = JSON.stringify(error.toBody());
  socket.end(`HTTP/1.1 ${error.httpStatus} Refused\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
