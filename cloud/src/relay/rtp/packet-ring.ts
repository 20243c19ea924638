import { writeRtp, type OutgoingHeader } from './packet.ts';
import { RING_PACKETS } from './limits.ts';

/** One packet of the viewers' line. Slots are reused: nobody keeps one beyond the call it was given in. */
export interface PacketSlot {
  /** Extended sequence number in the viewers' line; -1: empty. */
  sequence: number;
  timestamp: number;
  marker: boolean;
  padding: boolean;
  /** 24 bits, or -1. */
  playoutDelay: number;
  /** The packet with which a decoder can begin. */
  startsKeyFrame: boolean;
  packet: Buffer | null;
  payloadStart: number;
  /** The packet as written for a variant, made when first needed. */
  readonly variants: (Buffer | null)[];
}

/**
 * The newest packets of a session: answers viewers' NACKs, and gives a joining viewer the group of pictures since the
 * last key frame. Old ones are overwritten; it never grows.
 */
export class PacketRing {
  private readonly slots: PacketSlot[];
  private readonly mask: number;

  constructor(packets: number = RING_PACKETS) {
    this.mask = packets - 1;
    this.slots = Array.from({ length: packets }, createSlot);
  }

  get capacity(): number {
    return this.slots.length;
  }

  /** The slot for this sequence number, emptied for a new packet. */
  claim(sequence: number): PacketSlot {
    const slot = this.slots[sequence & this.mask]!;
    slot.sequence = sequence;
    slot.variants.length = 0;
    return slot;
  }

  get(sequence: number): PacketSlot | null {
    const slot = this.slots[sequence & this.mask]!;
    return slot.sequence === sequence && slot.packet !== null ? slot : null;
  }
}

/**
 * The packet for one kind of receiver. The buffer is shared by all viewers of the variant, who patch their sequence
 * number into it right before sending: sending copies at once. variant -1: one of which no copy is kept.
 */
export function getVariant(slot: PacketSlot, variant: number, header: OutgoingHeader): Buffer {
  const made = slot.variants[variant];
  if (made) return made;
  if (variant < 0) return writeVariant(slot, header);
  const written = writeVariant(slot, header);
  while (slot.variants.length <= variant) slot.variants.push(null);
  slot.variants[variant] = written;
  return written;
}

function writeVariant(slot: PacketSlot, header: OutgoingHeader): Buffer {
  return writeRtp(slot.packet!, slot.payloadStart, slot.marker, slot.padding, slot.sequence, slot.timestamp, slot.playoutDelay, header);
}

function createSlot(): PacketSlot {
  return { sequence: -1, timestamp: 0, marker: false, padding: false, playoutDelay: -1, startsKeyFrame: false, packet: null, payloadStart: 0, variants: [] };
}
