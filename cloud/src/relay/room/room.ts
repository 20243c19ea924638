import { randomBytes, randomInt } from 'node:crypto';
import { AppError, type Anchor, type MediaPlan, type PeerResult, type ViewCall } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Admission } from '../admission.ts';
import type { AnswerOffer, PeerEvents } from '../peer/peer.ts';
import type { RtpView } from '../rtp/packet.ts';
import { ClockTeller } from './clock-teller.ts';
import { createCounters, type RoomCounters } from './counters.ts';
import { closedGate, stepKeyFrameGate, type KeyFrameEvent } from './key-frame-gate.ts';
import { OutgoingLine } from './outgoing-line.ts';
import { Incoming, type IncomingSink } from './incoming.ts';
import { Audience } from './audience.ts';
import { Viewer, type ViewerHost } from './viewer.ts';
import { ViewerStream } from './viewer-stream.ts';

export interface RoomOptions {
  readonly sessionId: string;
  readonly epoch: string;
  readonly playoutZero: boolean;
  readonly answerOffer: AnswerOffer;
  readonly admission: Admission;
  /** A viewer is gone, whatever ended it. */
  readonly onViewerGone: (resourceId: string) => void;
  readonly logger: Logger;
  /** The relay's clock, monotonic, milliseconds. */
  readonly nowMs: () => number;
  readonly unixMs: () => number;
  /** The loop was held up: what waits in its queue is out of date. */
  readonly isLate: (nowMs: number) => boolean;
}

const RATE_INTERVAL_MS = 1000;

/** One session: at most one publisher, any number of viewers, one continuous line between them. */
export class Room implements IncomingSink, ViewerHost {
  readonly counters: RoomCounters = createCounters();
  readonly audience: Audience;
  streamBitsPerSecond = 0;
  idleSinceMs: number;
  private readonly options: RoomOptions;
  private readonly line: OutgoingLine;
  private publisher: Incoming | null = null;
  private readonly teller: ClockTeller;
  private gate = closedGate;
  private lastPacketMs: number | null = null;
  private rate: { atMs: number; bytes: number };
  private closed = false;

  constructor(options: RoomOptions) {
    this.options = options;
    const nowMs = options.nowMs();
    this.line = new OutgoingLine({ ssrc: randomInt(1, 2 ** 32), cname: randomBytes(8).toString('hex'), startSequence: randomInt(0, 65_536), startTimestamp: randomInt(0, 2 ** 32), playoutZero: options.playoutZero });
    this.audience = new Audience(this.line, this.counters, options.nowMs);
    this.teller = new ClockTeller(this.line, this.audience, options.epoch, nowMs);
    this.rate = { atMs: nowMs, bytes: 0 };
    this.idleSinceMs = nowMs;
  }

  get hasPublisher(): boolean { return this.publisher !== null; }
  get isFlowing(): boolean { return this.teller.isFlowing; }
  get ingestLoss(): number { return this.publisher?.lossFraction ?? 0; }
  get isIdle(): boolean { return this.publisher === null && this.audience.size === 0; }

  /**
   * Takes a publisher on. The same box takes over from itself: its old connection is closed at once.
   * @throws HUB_SECOND_PUBLISHER
   */
  async publish(boxId: string, plan: MediaPlan): Promise<PeerResult> {
    this.refuseOther(boxId);
    const publisher = new Incoming({ ...createResource(), boxId, plan, epoch: this.options.epoch, ownSsrc: randomInt(1, 2 ** 32), counters: this.counters, sink: this, nowMs: this.options.nowMs });
    const { resourceId } = publisher.options;
    const isCurrent = (): boolean => this.publisher === publisher;
    const peer = await this.options.answerOffer(plan, null, {
      handleOpen: () => isCurrent() && this.want('loss', true),
      handleMedia: (packet) => isCurrent() && publisher.handleMedia(packet),
      handleClockOpen: () => undefined,
      handleClockText: (text) => isCurrent() && publisher.handleClockText(text),
      handleClosed: () => this.removePublisher(resourceId, 'path closed'),
    } satisfies PeerEvents);
    try {
      this.refuseOther(boxId);
      if (this.closed) throw new AppError('HUB_SESSION_ENDED');
    } catch (error) {
      peer.close();
      throw error;
    }
    publisher.peer = peer;
    if (this.publisher) this.removePublisher(this.publisher.options.resourceId, 'same box took over');
    this.publisher = publisher;
    this.options.logger.info({ resourceId, clockChannel: plan.dataChannel !== null }, 'publisher accepted');
    this.updateFlow(this.options.nowMs());
    return { resourceId, etag: publisher.options.etag, transport: peer.transport, stream: null };
  }

  /** Takes a viewer on, until its link runs out. @throws HUB_RELAY_FULL, HUB_TOO_MANY_JOINING */
  async view(call: ViewCall): Promise<PeerResult> {
    const { plan, linkId } = call;
    const nowMs = this.options.nowMs();
    const place = this.options.admission.admit(this.options.sessionId, linkId);
    const { variant, header } = this.line.registerVariant(plan.payloadType, plan.playoutExtensionId);
    const viewer: Viewer = new Viewer({
      ...createResource(), linkId, place, iceUfrag: plan.transport.iceUfrag, expiresAtMs: nowMs + call.expiresInMs, epoch: this.options.epoch, ssrc: header.ssrc, host: this, nowMs: this.options.nowMs, unixMs: this.options.unixMs,
      stream: new ViewerStream(this.line.ring, variant, header, (packet) => viewer.peer?.send(packet) ?? false),
    });
    const { resourceId } = viewer.options;
    // Asked for before the path is open: the key frame is made while the two sides still shake hands.
    if (this.line.findCatchUp(nowMs + 300) === null) this.needKeyFrame(viewer, 'join');
    try {
      viewer.peer = await this.options.answerOffer(plan, this.line.options, {
        handleOpen: () => this.openViewer(viewer),
        handleMedia: (packet) => viewer.handleMedia(packet),
        handleClockOpen: () => this.teller.greet(viewer),
        handleClockText: (text) => viewer.handleClockText(text),
        handleClosed: () => this.removeViewer(resourceId, 'path closed'),
      });
      if (this.closed) throw new AppError('HUB_SESSION_ENDED');
    } catch (error) {
      viewer.close();
      throw error;
    }
    this.audience.add(viewer);
    this.options.logger.info({ resourceId, viewers: this.audience.size, clockChannel: plan.dataChannel !== null }, 'viewer accepted');
    return { resourceId, etag: viewer.options.etag, transport: viewer.peer.transport, stream: { ssrc: header.ssrc, cname: this.line.options.cname } };
  }

  private openViewer(viewer: Viewer): void {
    viewer.options.place.open();
    if (!this.audience.open(viewer)) this.needKeyFrame(viewer, 'join');
  }

  /** What is to be known of a resource, or null when there is none. linkId: null for the publisher. */
  find(kind: 'publish' | 'view', resourceId: string): { readonly etag: string; readonly iceUfrag: string; readonly linkId: string | null } | null {
    if (kind === 'view') return this.audience.get(resourceId)?.options ?? null;
    const options = this.publisher?.options;
    return options?.resourceId === resourceId ? { etag: options.etag, iceUfrag: options.plan.transport.iceUfrag, linkId: null } : null;
  }

  endLink(linkId: string): void {
    for (const viewer of this.audience.list()) if (viewer.options.linkId === linkId) this.removeViewer(viewer.options.resourceId, 'link taken back');
  }

  endBox(boxId: string): void {
    if (this.publisher?.options.boxId === boxId) this.removePublisher(this.publisher.options.resourceId, 'box ended');
  }

  /** False when there is none. */
  remove(kind: 'publish' | 'view', resourceId: string, reason: string): boolean {
    return kind === 'publish' ? this.removePublisher(resourceId, reason) : this.removeViewer(resourceId, reason);
  }

  takePacket(packet: Buffer, view: RtpView, extended: number, restarted: boolean, nowMs: number): void {
    if (restarted) this.interrupt();
    this.lastPacketMs = nowMs;
    if (!this.isFlowing) this.updateFlow(nowMs);
    const wasBound = this.line.timeline.isBound;
    const slot = this.line.take(packet, view, extended, this.publisher?.options.plan.playoutExtensionId ?? 0, nowMs);
    if (!slot) return;
    if (slot.startsKeyFrame) {
      this.counters.keyFrames += 1;
      this.publisher?.noteKeyFrame(extended);
      this.stepGate({ kind: 'key-frame' });
    }
    this.audience.forward(slot);
    if (!wasBound) this.teller.forwardAnchor();
  }

  takeAnchor(anchor: Anchor): void {
    this.teller.takeAnchor(anchor);
  }

  needKeyFrame(viewer?: Viewer, reason: 'loss' | 'join' = 'loss'): void {
    this.want(reason, viewer === undefined || this.audience.hasWatcherBeside(viewer));
  }

  hasWatcherBeside(viewer: Viewer): boolean {
    return this.audience.hasWatcherBeside(viewer);
  }

  noteOverBudget(): void {
    this.counters.overBudget += 1;
  }

  isLate(nowMs: number): boolean {
    return this.options.isLate(nowMs);
  }

  /** Each 20 ms. */
  tick(nowMs: number): void {
    this.publisher?.tick(nowMs);
    this.stepGate(this.line.timeline.isBound || !this.publisher?.canAsk ? { kind: 'tick' } : { kind: 'want', reason: 'loss', othersWatch: true });
    this.updateFlow(nowMs);
    this.audience.tick(nowMs);
    if (nowMs - this.rate.atMs >= RATE_INTERVAL_MS) {
      this.streamBitsPerSecond = ((this.counters.bytesIn - this.rate.bytes) * 8000) / (nowMs - this.rate.atMs);
      this.rate = { atMs: nowMs, bytes: this.counters.bytesIn };
    }
    this.teller.tick(this.counters, nowMs, this.options.unixMs());
    if (this.publisher?.isSilent(nowMs)) this.removePublisher(this.publisher.options.resourceId, 'silent');
    for (const viewer of this.audience.list()) if (nowMs >= viewer.options.expiresAtMs) this.removeViewer(viewer.options.resourceId, 'link ran out');
    for (const viewer of this.audience.findDead(nowMs, this.isFlowing)) this.removeViewer(viewer.options.resourceId, 'silent');
    if (!this.isIdle) this.idleSinceMs = nowMs;
  }

  /** Ends publisher and viewers. Idempotent. */
  close(): void {
    this.closed = true;
    if (this.publisher) this.removePublisher(this.publisher.options.resourceId, 'session ended');
    for (const viewer of this.audience.list()) this.removeViewer(viewer.options.resourceId, 'session ended');
    this.audience.close();
  }

  private refuseOther(boxId: string): void {
    if (this.publisher && this.publisher.options.boxId !== boxId) throw new AppError('HUB_SECOND_PUBLISHER');
  }

  private want(reason: 'loss' | 'join', othersWatch: boolean): void {
    this.stepGate({ kind: 'want', reason, othersWatch });
  }

  private stepGate(event: KeyFrameEvent): void {
    const before = this.gate;
    const { gate, ask } = stepKeyFrameGate(before, event, this.options.nowMs());
    // Nobody to ask yet: the wish stands, and the interval does not begin.
    this.gate = ask && !this.publisher?.canAsk ? { ...gate, lastAskedMs: before.lastAskedMs } : gate;
    if (ask) this.publisher?.requestKeyFrame();
  }

  private interrupt(): void {
    this.line.interrupt();
    this.teller.forgetAnchor();
    this.stepGate({ kind: 'publisher-changed' });
  }

  private removePublisher(resourceId: string, reason: string): boolean {
    const { publisher } = this;
    if (publisher?.options.resourceId !== resourceId) return false;
    this.publisher = null;
    publisher.close();
    this.lastPacketMs = null;
    this.interrupt();
    this.options.logger.info({ resourceId, reason }, 'publisher gone');
    this.updateFlow(this.options.nowMs());
    return true;
  }

  private removeViewer(resourceId: string, reason: string): boolean {
    if (!this.audience.remove(resourceId)) return false;
    this.options.logger.info({ resourceId, reason, viewers: this.audience.size }, 'viewer gone');
    this.options.onViewerGone(resourceId);
    return true;
  }

  private updateFlow(nowMs: number): void {
    this.teller.updateFlow(this.publisher !== null, this.lastPacketMs, nowMs);
  }
}

function createResource(): { readonly resourceId: string; readonly etag: string } {
  return { resourceId: randomBytes(12).toString('base64url'), etag: randomBytes(9).toString('base64url') };
}
