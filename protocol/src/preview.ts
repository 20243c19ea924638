/**
 * Layout of the preview file, mapped by the native core (writer) and the touchscreen (reader). Little endian.
 *
 * File header, 64 bytes: u32 magic "SLPV" (0x56504c53), u32 version 1, u32 slotCount 3, u32 slotSizeBytes (header and
 * pixels), u32 newestSlot (index; 0xffffffff before the first picture), u32 reserved, u64 readerHeartbeatNs
 * (CLOCK_MONOTONIC, written by the reader; the writer works only while it is younger than 2 s), rest zero.
 * Slot header, 64 bytes: u32 sequenceLock (odd while being written), u32 format (1 = XRGB8888, bytes B G R X),
 * u32 widthPx, u32 heightPx, u32 strideBytes, u32 frameSequence, u64 timestampNs (CLOCK_MONOTONIC of the frame), rest zero.
 * Pixels follow the slot header, top row first.
 * A reader takes sequenceLock before and after its copy; a difference or an odd value means: try again.
 */
export const PREVIEW = {
  magic: 0x56504c53, version: 1, slotCount: 3, fileHeaderBytes: 64, slotHeaderBytes: 64,
  none: 0xffffffff, formatXrgb8888: 1, readerTimeoutNs: 2_000_000_000n, maxPerSecond: 15,
  file: { magic: 0, version: 4, slotCount: 8, slotSizeBytes: 12, newestSlot: 16, readerHeartbeatNs: 24 },
  slot: { sequenceLock: 0, format: 4, widthPx: 8, heightPx: 12, strideBytes: 16, frameSequence: 20, timestampNs: 24 },
} as const;
