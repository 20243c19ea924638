import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const SECTOR = 512;

/** A partition of a disk image. Type and id as GPT prints them, lower case. */
export interface Partition { readonly number: number; readonly label: string; readonly typeId: string; readonly id: string; readonly startBytes: number; readonly sizeBytes: number }

/**
 * Reads the partition table of a raw disk image. @returns partitions in the table's order.
 * @throws Error when there is none, it is damaged, a partition lies outside the image, or two share a sector.
 */
export function readPartitions(diskFile: string): readonly Partition[] {
  const fd = openSync(diskFile, 'r');
  try {
    const diskBytes = fstatSync(fd).size;
    const header = readAt(fd, SECTOR, SECTOR);
    if (header.toString('latin1', 0, 8) !== 'EFI PART') throw new Error(`${diskFile} has no GPT`);
    const headerSize = header.readUInt32LE(12);
    if (headerSize < 92 || headerSize > SECTOR) throw new Error(`${diskFile}: the GPT says that it is ${headerSize} bytes long`);
    const told = header.readUInt32LE(16);
    const bare = Buffer.from(header.subarray(0, headerSize));
    bare.writeUInt32LE(0, 16);
    if (crc32(bare) !== told) throw new Error(`${diskFile}: the GPT's checksum is wrong`);
    const count = header.readUInt32LE(80);
    const entrySize = header.readUInt32LE(84);
    if (count > 1024 || entrySize < 128 || entrySize > 4096) throw new Error(`${diskFile}: a GPT of ${count} entries of ${entrySize} bytes`);
    const table = readAt(fd, Number(header.readBigUInt64LE(72)) * SECTOR, count * entrySize);
    if (crc32(table) !== header.readUInt32LE(88)) throw new Error(`${diskFile}: the checksum of the GPT's entries is wrong`);
    const found: Partition[] = [];
    for (let index = 0; index < count; index += 1) {
      const entry = table.subarray(index * entrySize, (index + 1) * entrySize);
      if (entry.subarray(0, 16).every((byte) => byte === 0)) continue;
      const first = Number(entry.readBigUInt64LE(32));
      const last = Number(entry.readBigUInt64LE(40));
      const label = entry.toString('utf16le', 56, 128).replace(/\0.*$/s, '');
      if (last < first || (last + 1) * SECTOR > diskBytes) throw new Error(`${diskFile}: partition ${index + 1} (${label}) lies outside the disk`);
      found.push({ number: index + 1, label, typeId: readGuid(entry, 0), id: readGuid(entry, 16), startBytes: first * SECTOR, sizeBytes: (last - first + 1) * SECTOR });
    }
    refuseOverlap(diskFile, found);
    return found;
  } finally {
    closeSync(fd);
  }
}

/** Reads exactly `length` bytes. @throws Error at the file's end. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const got = readSync(fd, buffer, done, length - done, position + done);
    if (got === 0) throw new Error(`the image ends at byte ${position + done}, within something that it should hold`);
    done += got;
  }
  return buffer;
}

function readGuid(bytes: Buffer, at: number): string {
  const hex = (from: number, to: number): string => bytes.toString('hex', at + from, at + to);
  const turned = (from: number, to: number): string => Buffer.from(bytes.subarray(at + from, at + to).toReversed()).toString('hex');
  return `${turned(0, 4)}-${turned(4, 6)}-${turned(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`;
}

function refuseOverlap(diskFile: string, partitions: readonly Partition[]): void {
  const sorted = partitions.toSorted((a, b) => a.startBytes - b.startBytes);
  for (const [index, each] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next && each.startBytes + each.sizeBytes > next.startBytes) throw new Error(`${diskFile}: partitions ${each.label} and ${next.label} share sectors`);
  }
}
