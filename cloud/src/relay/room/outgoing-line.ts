import { carriesParameterSet } from '../rtp/h264.ts';
import { readPayloadEnd, readPlayoutDelay, type OutgoingHeader, type RtpView } from '../rtp/packet.ts';
import { PacketRing, type PacketSlot } from '../rtp/packet-ring.ts';
import { Timeline } from '../rtp/timeline.ts';

/** The packets since a key frame's first one. */
export interface PictureGroup { readonly start: number; readonly atMs: number; readonly bytesBefore: number }

export interface OutgoingLineOptions {
  readonly ssrc: number;
  readonly cname: string;
  readonly startSequence: number;
  readonly startTimestamp: number;
  /** Ask receivers for no playout delay where the publisher says nothing about it. */
  readonly playoutZero: boolean;
}

/** A joining viewer is given the running group of pictures only when it is short: what is old is not worth sending. */
const CATCH_UP_AGE_MS = 1500;
const CATCH_UP_BYTES = 600_000;
/** Each kept variant is a copy of the ring. */
const MAX_VARIANTS = 8;

/** The session's one continuous stream towards its viewers: numbers, time stamps, newest packets, current key frame. */
export class OutgoingLine {
  readonly options: OutgoingLineOptions;
  readonly ring = new PacketRing();
  readonly timeline: Timeline;
  private readonly headers: OutgoingHeader[] = [];
  private group: PictureGroup | null = null;
  private keyTimestamp: number | null = null;
  private firstBound = 0;
  private bytes = 0;

  constructor(options: OutgoingLineOptions) {
    this.options = options;
    this.timeline = new Timeline(options.startSequence, options.startTimestamp);
  }

  /** Another publisher, or another stream of the same: nothing goes out until its first key frame. */
  interrupt(): void {
    this.timeline.unbind();
    this.group = null;
    this.keyTimestamp = null;
  }

  /**
   * Takes a publisher's packet in. null: it is not sent on (no key frame yet, or older than the stream's beginning).
   * playoutExtensionId: as negotiated with the publisher, 0 for none.
   */
  take(packet: Buffer, view: RtpView, extended: number, playoutExtensionId: number, nowMs: number): PacketSlot | null {
    const startsDecoding = carriesParameterSet(packet, view.payloadStart, readPayloadEnd(packet, view));
    if (!this.timeline.isBound) {
      if (!startsDecoding) return null;
      this.timeline.bind(extended, view.timestamp, nowMs);
      this.firstBound = this.timeline.mapSequence(extended);
    }
    const sequence = this.timeline.mapSequence(extended);
    if (sequence < this.firstBound || sequence <= this.timeline.head - this.ring.capacity) return null;
    const slot = this.ring.claim(sequence);
    slot.timestamp = this.timeline.mapTimestamp(view.timestamp);
    slot.marker = view.marker;
    slot.padding = view.padding;
    slot.packet = packet;
    slot.payloadStart = view.payloadStart;
    slot.playoutDelay = this.readDelay(packet, view, playoutExtensionId);
    slot.startsKeyFrame = startsDecoding && slot.timestamp !== this.keyTimestamp;
    this.bytes += packet.length;
    if (slot.startsKeyFrame) {
      this.keyTimestamp = slot.timestamp;
      this.group = { start: sequence, atMs: nowMs, bytesBefore: this.bytes };
    }
    this.timeline.advance(sequence, slot.timestamp, nowMs);
    return slot;
  }

  /** First packet of the running group of pictures when a viewer that opens now should have it; else null. */
  findCatchUp(nowMs: number): number | null {
    const { group } = this;
    if (!group || nowMs - group.atMs > CATCH_UP_AGE_MS || this.bytes - group.bytesBefore > CATCH_UP_BYTES) return null;
    return this.timeline.head - group.start < this.ring.capacity / 2 && this.ring.get(group.start) ? group.start : null;
  }

  /**
   * Number and header of the packet variant for a receiver's payload type and extension id. Browsers make do with two
   * or three; beyond a few the number is -1: such packets are written for each send, and not kept.
   */
  registerVariant(payloadType: number, playoutExtensionId: number): { readonly variant: number; readonly header: OutgoingHeader } {
    const known = this.headers.findIndex((each) => each.payloadType === payloadType && each.playoutExtensionId === playoutExtensionId);
    if (known >= 0) return { variant: known, header: this.headers[known]! };
    const header = { payloadType, playoutExtensionId, ssrc: this.options.ssrc };
    if (this.headers.length >= MAX_VARIANTS) return { variant: -1, header };
    this.headers.push(header);
    return { variant: this.headers.length - 1, header };
  }

  private readDelay(packet: Buffer, view: RtpView, extensionId: number): number {
    const own = extensionId > 0 && view.extensionLength > 0 ? readPlayoutDelay(packet, view, extensionId) : -1;
    return own < 0 && this.options.playoutZero ? 0 : own;
  }
}
