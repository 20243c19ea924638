import { AppError, type RelayStats, type SdpResult } from '@scanlink/protocol';
import { Room, type RoomOptions } from './room/room.ts';
import type { StreamProfile } from './sdp/codec.ts';

export type ResourceKind = 'publish' | 'view';
export type RelayOptions = Omit<RoomOptions, 'sessionId'>;

const TICK_MS = 20;
/** A session that nobody is in keeps its line of numbers for so long: whoever comes back finds it continuous. */
const IDLE_KEPT_MS = 600_000;

/** All sessions of this process. Commands come from the unix socket; one timer drives what is periodic. */
export class Relay {
  readonly options: RelayOptions;
  private readonly rooms = new Map<string, Room>();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(options: RelayOptions) {
    this.options = options;
  }

  /** @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE, HUB_SECOND_PUBLISHER */
  publish(sessionId: string, boxId: string, sdp: string, profile: StreamProfile): Promise<SdpResult> {
    return this.open(sessionId).publish(boxId, sdp, profile);
  }

  /** @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE */
  view(sessionId: string, sdp: string): Promise<SdpResult> {
    return this.open(sessionId).view(sdp);
  }

  /**
   * Trickled candidates are not needed (the peer's address is learnt from its checks): they are let pass.
   * ifMatch: the entity tag asked for, bare as in SdpResult, or null. @throws HUB_UNKNOWN_RESOURCE, HUB_PRECONDITION
   */
  patch(kind: ResourceKind, sessionId: string, resourceId: string, ifMatch: string | null): void {
    const etag = this.rooms.get(sessionId)?.findEtag(kind, resourceId) ?? null;
    if (etag === null) throw new AppError('HUB_UNKNOWN_RESOURCE');
    if (ifMatch !== null && ifMatch !== etag) throw new AppError('HUB_PRECONDITION');
  }

  /** @throws HUB_UNKNOWN_RESOURCE */
  remove(kind: ResourceKind, sessionId: string, resourceId: string): void {
    if (!this.rooms.get(sessionId)?.remove(kind, resourceId, 'deleted')) throw new AppError('HUB_UNKNOWN_RESOURCE');
  }

  /** Ends publisher and viewers; nothing to do when there is no such session. */
  endSession(sessionId: string): void {
    this.rooms.get(sessionId)?.close();
    this.rooms.delete(sessionId);
  }

  readStats(): RelayStats {
    const sessions = [...this.rooms].map(([sessionId, session]) => ({
      sessionId, publisher: session.hasPublisher, flowing: session.isFlowing, viewers: session.audience.size, ...session.audience.countSent(),
    }));
    return { epoch: this.options.epoch, sessions };
  }

  /** Idempotent. */
  close(): void {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    for (const sessionId of this.rooms.keys()) this.endSession(sessionId);
  }

  private open(sessionId: string): Room {
    if (this.closed) throw new AppError('HUB_RELAY_DOWN');
    const known = this.rooms.get(sessionId);
    if (known) return known;
    const session = new Room({ ...this.options, sessionId, logger: this.options.logger.child({ sessionId }) });
    this.rooms.set(sessionId, session);
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    return session;
  }

  private tick(): void {
    const nowMs = this.options.nowMs();
    for (const [sessionId, session] of this.rooms) {
      session.tick(nowMs);
      if (session.isIdle && nowMs - session.idleSinceMs > IDLE_KEPT_MS) this.endSession(sessionId);
    }
    if (this.rooms.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
