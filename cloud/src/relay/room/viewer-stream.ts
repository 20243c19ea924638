import { getVariant, type PacketRing, type PacketSlot } from '../rtp/packet-ring.ts';
import { writeSequence, type OutgoingHeader } from '../rtp/packet.ts';

/**
 * What one viewer gets of a session's packets. Begins with a key frame, goes on with every packet, answers NACKs from
 * the session's ring; while `keyFramesOnly` everything else is left out and its sequence numbers are closed up, so that
 * the viewer asks for nothing that was left out on purpose. Holds no packets of its own.
 */
export type StreamPhase = 'closed' | 'waiting' | 'catching-up' | 'live';

/** A run of packets whose viewer's sequence numbers are the ring's minus `offset`. */
interface Era { readonly from: number; readonly offset: number }
const MAX_ERAS = 16;

export class ViewerStream {
  phase: StreamPhase = 'closed';
  sentPackets = 0;
  sentBytes = 0;
  resentPackets = 0;
  failedSends = 0;
  /** Next packet of the ring to send while catching up. */
  private cursor = 0;
  private head = 0;
  private eras: Era[] = [];
  /** until-key: a full stream again from the next key frame on. */
  private gate: 'all' | 'key-only' | 'until-key' = 'all';
  /** Time stamp of the key frame that passes a closed gate. */
  private keyTimestamp: number | null = null;
  private readonly ring: PacketRing;
  private readonly variant: number;
  private readonly header: OutgoingHeader;
  private readonly send: (packet: Buffer) => boolean;

  constructor(ring: PacketRing, variant: number, header: OutgoingHeader, send: (packet: Buffer) => boolean) {
    this.ring = ring;
    this.variant = variant;
    this.header = header;
    this.send = send;
  }

  /** The path is open. keyStart: first packet of a group of pictures worth catching up with, or null: wait for the next. */
  open(keyStart: number | null): void {
    if (this.phase !== 'closed') return;
    this.phase = 'waiting';
    if (keyStart !== null) this.beginAt(keyStart);
  }

  /** A packet has been put into the ring (new, or recovered: then it lies behind the head). */
  handlePacket(slot: PacketSlot): void {
    if (this.phase === 'live') {
      this.forward(slot);
    } else if (this.phase === 'waiting' && slot.startsKeyFrame) {
      // The first packet of a key frame may itself be late (recovered): what followed it is in the ring already.
      this.beginAt(slot.sequence);
    } else if (this.phase === 'catching-up' && slot.sequence < this.cursor) {
      this.forward(slot);
    }
  }

  /** Sends up to `limit` packets of what is to be caught up with; true when the viewer is live. head: the ring's newest. */
  catchUp(head: number, limit: number): boolean {
    if (this.phase !== 'catching-up') return this.phase === 'live';
    if (head - this.cursor >= this.ring.capacity) {
      this.phase = 'waiting';
      return false;
    }
    let left = limit;
    while (left > 0 && this.cursor <= head) {
      const slot = this.ring.get(this.cursor);
      this.cursor += 1;
      if (!slot) continue;
      this.forward(slot);
      left -= 1;
    }
    if (this.cursor > head) this.phase = 'live';
    return this.phase === 'live';
  }

  /**
   * Sends again what the viewer lost, as far as it is still there and `may` lets it (sequence: the ring's). Returns how
   * many went out.
   */
  resend(sequences: readonly number[], may: (sequence: number, bytes: number) => boolean): number {
    let sent = 0;
    for (const sequence of sequences) {
      const found = this.findForViewer(sequence);
      if (!found?.slot.packet || !may(found.slot.sequence, found.slot.packet.length)) continue;
      this.emit(found.slot, found.offset);
      sent += 1;
    }
    this.resentPackets += sent;
    return sent;
  }

  get keyFramesOnly(): boolean {
    return this.gate === 'key-only';
  }

  /** Waits for a key frame, be it to begin or to have the full stream again. */
  get needsKeyFrame(): boolean {
    return this.phase === 'waiting' || this.gate === 'until-key';
  }

  /** On: everything but key frames is left out at once. Off: the full stream goes on with the next key frame. */
  setKeyFramesOnly(on: boolean): void {
    if (on === this.keyFramesOnly) return;
    this.gate = on ? 'key-only' : 'until-key';
    if (on) this.keyTimestamp = null;
  }

  private beginAt(sequence: number): void {
    this.phase = 'catching-up';
    this.cursor = sequence;
    this.openEra(sequence);
  }

  /** From this packet of the ring on, numbers go on right after the last one that the viewer was sent. */
  private openEra(from: number): void {
    const last = this.eras.at(-1);
    this.eras.push({ from, offset: last ? from - (this.head - last.offset) - 1 : 0 });
    if (this.eras.length > MAX_ERAS) this.eras.shift();
  }

  private forward(slot: PacketSlot): void {
    if (this.gate !== 'all') {
      if (slot.startsKeyFrame && slot.timestamp !== this.keyTimestamp && slot.sequence > this.head) {
        this.openEra(slot.sequence);
        this.keyTimestamp = slot.timestamp;
        if (this.gate === 'until-key') this.gate = 'all';
      }
      if (slot.timestamp !== this.keyTimestamp) return;
    }
    const offset = this.findOffset(slot.sequence);
    if (offset !== null) this.emit(slot, offset);
  }

  private emit(slot: PacketSlot, offset: number): void {
    const packet = getVariant(slot, this.variant, this.header);
    writeSequence(packet, slot.sequence - offset);
    if (slot.sequence > this.head) this.head = slot.sequence;
    if (!this.send(packet)) {
      this.failedSends += 1;
      return;
    }
    this.sentPackets += 1;
    this.sentBytes += packet.length;
  }

  /** null: the packet lies before the viewer's beginning, or in a run that was left out. */
  private findOffset(sequence: number): number | null {
    let firstOfNext = Number.POSITIVE_INFINITY;
    for (let index = this.eras.length - 1; index >= 0; index -= 1) {
      const era = this.eras[index]!;
      if (sequence >= era.from) return sequence - era.offset < firstOfNext ? era.offset : null;
      firstOfNext = era.from - era.offset;
    }
    return null;
  }

  private findForViewer(sequence: number): { readonly slot: PacketSlot; readonly offset: number } | null {
    const last = this.eras.at(-1);
    if (!last) return null;
    const newest = this.head - last.offset;
    const wanted = newest + (((sequence - newest) << 16) >> 16);
    for (let index = this.eras.length - 1; index >= 0; index -= 1) {
      const era = this.eras[index]!;
      if (wanted < era.from - era.offset) continue;
      const slot = wanted <= newest ? this.ring.get(wanted + era.offset) : null;
      return slot ? { slot, offset: era.offset } : null;
    }
    return null;
  }
}
