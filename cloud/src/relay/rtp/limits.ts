/** Half the range of 32-bit time stamps is where "later" turns into "earlier"; a gap is never shown longer than a quarter. */
export const MAX_TIMESTAMP_STEP = 0x40000000;
/** Packets kept for retransmission and for joins; a power of two. 2048 packets are 2.5 s at 8 Mbit/s, 2.5 MB. */
export const RING_PACKETS = 2048;
