import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, CONTROL_CLOSE as CLOSE, toAppError } from '@scanlink/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { BoxRecord } from '../../store/schema.ts';
import type { Gate } from '../auth/gate.ts';
import { hasTokenInQuery } from '../http/query-guard.ts';
import { BoxConnection, type ConnectionDependencies } from './connection.ts';
import { MAX_MESSAGE_BYTES } from './decode.ts';
import type { PresenceBook } from './presence.ts';
import { rejectUpgrade } from './reject-upgrade.ts';

export const CONTROL_PATH = '/api/v1/box/control';
const TICK_MS = 250;
/** Upgrades whose token is being looked up, at most: each holds a socket that no limit of the HTTP server watches. */
const MAX_PENDING_UPGRADES = 64;
/** Control channels, at most; several of one box only while a newer one replaces an older. */
const MAX_CONNECTIONS = 2000;

export interface ControlServerDependencies {
  readonly gate: Gate;
  readonly presence: PresenceBook;
  readonly logger: Logger;
  readonly hubVersion: string;
  readonly relayEpoch: () => string | null;
  readonly now: () => number;
  readonly wallNow: () => number;
  /** An upgrade was refused for want of a right token. */
  readonly onRefused: (code: string) => void;
  readonly onIgnored: (count: number) => void;
  /** A box opened its channel. */
  readonly onSpeaker: (box: BoxRecord) => void;
  readonly onState: ConnectionDependencies['onState'];
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
  private pendingUpgrades = 0;

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
    else if (this.pendingUpgrades >= MAX_PENDING_UPGRADES || this.connections.size >= MAX_CONNECTIONS) rejectUpgrade(socket, new AppError('HUB_BUSY', { retryAfterSeconds: 2 }));
    else void this.admit(request, socket, head);
  }

  /** Tells every box that the relay was started anew (null: it is away). */
  announceRelay(epoch: string | null): void {
    for (const connection of this.speakers.values()) connection.send({ ch: 'relay', epoch });
  }

  /** Ends what this box has open, with words. */
  expel(boxId: string, closeCode: number, error: AppError): void {
    for (const connection of this.connections) if (connection.box.boxId === boxId) connection.refuse(closeCode, error);
  }

  /** Tells the box how many are watching its sessions, if it asked for that. */
  tellViewers(boxId: string, sessions: readonly { readonly sessionId: string; readonly viewers: number }[]): void {
    const speaker = this.speakers.get(boxId);
    if (speaker?.isGranted('viewers')) speaker.send({ ch: 'viewers', sessions: [...sessions] });
  }

  /** Boxes whose connection speaks for them now. */
  speaking(): readonly string[] {
    return [...this.speakers.keys()];
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

  /** The token is looked up before the handshake: who has none is answered as HTTP and never gets a WebSocket. */
  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.pendingUpgrades += 1;
    const answer = await this.deps.gate.admitBox({ authorization: request.headers.authorization, peer: request.socket.remoteAddress ?? '' })
      .then((box) => ({ box }), (error: unknown) => ({ error: toAppError(error) }))
      .finally(() => (this.pendingUpgrades -= 1));
    if (socket.destroyed || this.closing) socket.destroy();
    else if ('error' in answer) this.refuse(socket, answer.error);
    else this.server.handleUpgrade(request, socket, head, (webSocket) => this.accept(answer.box, webSocket));
  }

  private accept(box: BoxRecord, webSocket: WebSocket): void {
    const connectionDeps: ConnectionDependencies = {
      ...this.deps,
      onReady: (connection) => this.makeSpeaker(connection),
      onClosed: (connection) => this.forget(connection),
    };
    this.connections.add(new BoxConnection(this.nextId++, box, webSocket, connectionDeps));
  }

  private refuse(socket: Duplex, error: AppError): void {
    this.deps.onRefused(error.code);
    rejectUpgrade(socket, error);
  }

  private makeSpeaker(connection: BoxConnection): void {
    const { boxId } = connection.box;
    const older = this.speakers.get(boxId);
    this.speakers.set(boxId, connection);
    older?.close(CLOSE.replaced, 'replaced by a newer connection');
    this.deps.onSpeaker(connection.box);
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
