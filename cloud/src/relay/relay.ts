import { AppError, type PatchCall, type PeerResult, type PublishCall, type RelayStats, type ViewCall } from '@scanlink/protocol';
import { Admission, type AdmissionLimits } from './admission.ts';
import { LagMonitor } from './lag-monitor.ts';
import { Room, type RoomOptions } from './room/room.ts';
import { StandingOrders } from './standing-orders.ts';

export type ResourceKind = 'publish' | 'view';
export interface RelayOptions extends Omit<RoomOptions, 'sessionId' | 'admission' | 'isLate'> { readonly limits?: AdmissionLimits }

const TICK_MS = 20;
/** A session that nobody is in keeps its line of numbers for so long: whoever comes back finds it continuous. */
const IDLE_KEPT_MS = 600_000;

/** All sessions of this process. Commands come from the unix socket; one timer drives what is periodic. */
export class Relay {
  readonly options: RelayOptions;
  private readonly rooms = new Map<string, Room>();
  private readonly admission: Admission;
  private readonly orders = new StandingOrders();
  private readonly lag: LagMonitor;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(options: RelayOptions) {
    this.options = options;
    this.admission = new Admission(options.limits);
    this.lag = new LagMonitor(TICK_MS, options.nowMs());
  }

  /** @throws HUB_SECOND_PUBLISHER; HUB_WRONG_TOKEN for a box that was just ended */
  async publish(sessionId: string, call: PublishCall): Promise<PeerResult> {
    if (this.orders.isBoxEnded(call.boxId, this.options.nowMs())) throw new AppError('HUB_WRONG_TOKEN');
    const result = await this.open(sessionId).publish(call.boxId, call.plan);
    if (this.orders.isBoxEnded(call.boxId, this.options.nowMs())) throw this.refuseAfterwards('publish', sessionId, result.resourceId);
    return result;
  }

  /** @throws HUB_RELAY_FULL, HUB_TOO_MANY_JOINING; HUB_WRONG_TOKEN for a link that was taken back */
  async view(sessionId: string, call: ViewCall): Promise<PeerResult> {
    if (this.orders.isEnded(call.linkId)) throw new AppError('HUB_WRONG_TOKEN');
    const result = await this.open(sessionId).view(call);
    if (this.orders.isEnded(call.linkId)) throw this.refuseAfterwards('view', sessionId, result.resourceId);
    return result;
  }

  /**
   * Trickled candidates are not needed (the peer's address is learnt from its checks): they are let pass.
   * @throws HUB_UNKNOWN_RESOURCE, HUB_WRONG_TOKEN, HUB_PRECONDITION, HUB_NO_ICE_RESTART
   */
  patch(kind: ResourceKind, sessionId: string, resourceId: string, call: PatchCall): void {
    const resource = this.requireOwn(kind, sessionId, resourceId, call.linkId);
    if (call.ifMatch !== null && !call.ifMatch.includes(resource.etag)) throw new AppError('HUB_PRECONDITION');
    if (call.iceUfrag !== null && call.iceUfrag !== resource.iceUfrag) throw new AppError('HUB_NO_ICE_RESTART');
  }

  /** linkId: of who asks, for a viewing. @throws HUB_UNKNOWN_RESOURCE, HUB_WRONG_TOKEN */
  remove(kind: ResourceKind, sessionId: string, resourceId: string, linkId: string | null): void {
    this.requireOwn(kind, sessionId, resourceId, linkId);
    this.rooms.get(sessionId)?.remove(kind, resourceId, 'deleted');
  }

  /** Ends what nobody was told of. */
  abandon(kind: ResourceKind, sessionId: string, resourceId: string): void {
    this.rooms.get(sessionId)?.remove(kind, resourceId, 'abandoned');
  }

  /** Ends all viewers of a link, and takes none of it any more. Idempotent. */
  endLink(linkId: string): void {
    this.orders.endLink(linkId);
    for (const room of this.rooms.values()) room.endLink(linkId);
  }

  /** Ends what a box publishes. Idempotent. */
  endBox(boxId: string): void {
    this.orders.endBox(boxId, this.options.nowMs());
    for (const room of this.rooms.values()) room.endBox(boxId);
  }

  /** Ends publisher and viewers; nothing to do when there is no such session. */
  endSession(sessionId: string): void {
    this.rooms.get(sessionId)?.close();
    this.rooms.delete(sessionId);
  }

  readStats(): RelayStats {
    const sessions = [...this.rooms].map(([sessionId, session]) => ({
      sessionId, publisher: session.hasPublisher, flowing: session.isFlowing, viewers: session.audience.countConnected(), ...session.audience.countSent(),
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

  /** Access was taken back while the answer was made. */
  private refuseAfterwards(kind: ResourceKind, sessionId: string, resourceId: string): AppError {
    this.abandon(kind, sessionId, resourceId);
    return new AppError('HUB_WRONG_TOKEN');
  }

  private requireOwn(kind: ResourceKind, sessionId: string, resourceId: string, linkId: string | null): { readonly etag: string; readonly iceUfrag: string } {
    const resource = this.rooms.get(sessionId)?.find(kind, resourceId);
    if (!resource) throw new AppError('HUB_UNKNOWN_RESOURCE');
    if (resource.linkId !== null && resource.linkId !== linkId) throw new AppError('HUB_WRONG_TOKEN');
    return resource;
  }

  private open(sessionId: string): Room {
    if (this.closed) throw new AppError('HUB_RELAY_DOWN');
    const known = this.rooms.get(sessionId);
    if (known) return known;
    const session = new Room({ ...this.options, sessionId, admission: this.admission, isLate: (nowMs) => this.lag.isLate(nowMs), logger: this.options.logger.child({ sessionId }) });
    this.rooms.set(sessionId, session);
    if (this.timer === null) {
      this.lag.restart(this.options.nowMs());
      this.timer = setInterval(() => this.tick(), TICK_MS);
    }
    return session;
  }

  private tick(): void {
    const nowMs = this.options.nowMs();
    const late = this.lag.tick(nowMs);
    if (late) this.options.logger.warn('the relay was held up: viewers\' requests of that time are left out');
    for (const [sessionId, session] of this.rooms) {
      if (late) session.needKeyFrame();
      session.tick(nowMs);
      if (session.isIdle && nowMs - session.idleSinceMs > IDLE_KEPT_MS) this.endSession(sessionId);
    }
    if (this.rooms.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
