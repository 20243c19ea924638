import { closeSync, openSync } from 'node:fs';
import { readExtents, type Extent } from './ext4-extents.ts';
import { listAttributes } from './ext4-attributes.ts';
import { readAt } from './gpt.ts';

export type FileKind = 'file' | 'folder' | 'link' | 'device' | 'fifo' | 'socket';
/** One name in a file system; `mode` are the twelve permission bits, times are Unix seconds. */
export interface FileFact {
  readonly path: string; readonly kind: FileKind; readonly mode: number; readonly uid: number; readonly gid: number;
  readonly sizeBytes: number; readonly mtimeSec: number; readonly inode: number;
  /** Last read, last changed in whatever way, made. */
  readonly otherTimesSec: readonly [number, number, number];
  /** Where a link points to; '' for all else. */
  readonly target: string;
  /** Names of extended attributes, e.g. `security.capability`. */
  readonly attributes: readonly string[];
}

interface Inode { readonly mode: number; readonly uid: number; readonly gid: number; readonly sizeBytes: number; readonly mtimeSec: number; readonly flags: number; readonly block: Buffer; readonly raw: Buffer; readonly attributeBlock: number }
interface Geometry { readonly blockSize: number; readonly inodesPerGroup: number; readonly inodeSize: number; readonly inodeCount: number; readonly tables: readonly number[] }

const MAGIC = 0xef53;
/** FILETYPE, EXTENTS, 64BIT, FLEX_BG, CSUM_SEED, LARGEDIR. What lays data elsewhere (inline, encrypted, in a journal to be played back) is refused. */
const KNOWN_INCOMPAT = 0x2 | 0x40 | 0x80 | 0x200 | 0x2000 | 0x4000;
const EXTENTS_FLAG = 0x80000;
const ROOT_INODE = 2;
const KINDS: Readonly<Record<number, FileKind>> = { 0x1: 'fifo', 0x2: 'device', 0x4: 'folder', 0x6: 'device', 0x8: 'file', 0xa: 'link', 0xc: 'socket' };
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Reads an ext4 file system inside a disk image, as mkfs.ext4 makes it: no mount, no root, nothing written.
 * Layout: the kernel's Documentation/filesystems/ext4.
 */
export class Ext4Reader implements Disposable {
  readonly label: string;
  readonly uuid: string;
  private readonly fd: number;
  private readonly base: number;
  private readonly geometry: Geometry;

  /** @param offsetBytes where the file system begins. @throws Error when it is no ext4, or uses what this reader does not know. */
  constructor(file: string, offsetBytes = 0) {
    this.fd = openSync(file, 'r');
    this.base = offsetBytes;
    try {
      const superblock = readAt(this.fd, offsetBytes + 1024, 1024);
      if (superblock.readUInt16LE(56) !== MAGIC) throw new Error(`no ext4 file system at byte ${offsetBytes} of ${file}`);
      const incompat = superblock.readUInt32LE(96);
      if ((incompat & ~KNOWN_INCOMPAT) !== 0) throw new Error(`the ext4 file system at byte ${offsetBytes} of ${file} has features that are not read here (0x${(incompat & ~KNOWN_INCOMPAT).toString(16)})`);
      this.label = superblock.toString('utf8', 120, 136).replace(/\0.*$/s, '');
      this.uuid = superblock.toString('hex', 104, 120);
      this.geometry = this.readGeometry(superblock, incompat);
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  [Symbol.dispose](): void { closeSync(this.fd); }

  /** Every name below the root, folders before what they hold, sorted in each folder. */
  *walk(): Generator<FileFact> {
    yield* this.walkFolder('', ROOT_INODE, 0);
  }

  /** @throws Error when it is larger than 2 GiB. */
  read(fact: FileFact): Buffer {
    return this.readData(this.readInode(fact.inode));
  }

  private *walkFolder(path: string, number: number, depth: number): Generator<FileFact> {
    if (depth > 64) throw new Error(`folders within folders at ${path}: a ring`);
    for (const [name, child] of this.listFolder(number).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const inode = this.readInode(child);
      const kind = KINDS[inode.mode >> 12];
      if (kind === undefined) throw new Error(`${path}/${name} is of no kind that there is (mode 0${inode.mode.toString(8)})`);
      yield {
        path: `${path}/${name}`, kind, mode: inode.mode & 0o7777, uid: inode.uid, gid: inode.gid, sizeBytes: inode.sizeBytes, mtimeSec: inode.mtimeSec, inode: child, otherTimesSec: readOtherTimes(inode.raw),
        target: kind === 'link' ? this.readLink(inode) : '',
        attributes: listAttributes(inode.raw, inode.attributeBlock === 0 ? null : this.readBlocks(inode.attributeBlock, 1)),
      };
      if (kind === 'folder') yield* this.walkFolder(`${path}/${name}`, child, depth + 1);
    }
  }

  private listFolder(number: number): [string, number][] {
    const data = this.readData(this.readInode(number));
    const entries: [string, number][] = [];
    // An indexed folder reads the same way: its index blocks look like one empty entry.
    for (let at = 0; at + 8 <= data.length;) {
      const inode = data.readUInt32LE(at);
      const length = data.readUInt16LE(at + 4);
      const nameLength = data[at + 6]!;
      if (length < 8 || at + length > data.length) throw new Error(`folder ${number} is damaged at byte ${at}`);
      const name = data.toString('utf8', at + 8, at + 8 + nameLength);
      if (inode !== 0 && name !== '.' && name !== '..') entries.push([name, inode]);
      at += length;
    }
    return entries;
  }

  private readLink(inode: Inode): string {
    return (inode.flags & EXTENTS_FLAG) === 0 && inode.sizeBytes < 60 ? inode.block.toString('utf8', 0, inode.sizeBytes) : this.readData(inode).toString('utf8');
  }

  private readData(inode: Inode): Buffer {
    if (inode.sizeBytes > MAX_FILE_BYTES) throw new Error(`a file of ${inode.sizeBytes} bytes is too large to be read whole`);
    const data = Buffer.alloc(inode.sizeBytes);
    if (inode.sizeBytes === 0) return data;
    if ((inode.flags & EXTENTS_FLAG) === 0) throw new Error('a file without extents: not made by mkfs.ext4 of today');
    const { blockSize } = this.geometry;
    for (const { fileBlock, diskBlock, blocks, isHole } of this.extentsOf(inode)) {
      const at = fileBlock * blockSize;
      const length = Math.min(blocks * blockSize, inode.sizeBytes - at);
      if (!isHole && length > 0) readAt(this.fd, this.base + diskBlock * blockSize, length).copy(data, at);
    }
    return data;
  }

  private extentsOf(inode: Inode): readonly Extent[] {
    return readExtents(inode.block, (block) => this.readBlocks(block, 1));
  }

  private readBlocks(block: number, count: number): Buffer {
    return readAt(this.fd, this.base + block * this.geometry.blockSize, count * this.geometry.blockSize);
  }

  private readInode(number: number): Inode {
    const { inodesPerGroup, inodeSize, tables, blockSize, inodeCount } = this.geometry;
    if (number < 1 || number > inodeCount) throw new Error(`inode ${number} is not one of ${inodeCount}`);
    const table = tables[Math.floor((number - 1) / inodesPerGroup)]!;
    const raw = readAt(this.fd, this.base + table * blockSize + ((number - 1) % inodesPerGroup) * inodeSize, inodeSize);
    return {
      mode: raw.readUInt16LE(0), uid: raw.readUInt16LE(2) + raw.readUInt16LE(120) * 0x10000, gid: raw.readUInt16LE(24) + raw.readUInt16LE(122) * 0x10000,
      sizeBytes: raw.readUInt32LE(4) + raw.readUInt32LE(108) * 2 ** 32, mtimeSec: raw.readUInt32LE(16), flags: raw.readUInt32LE(32),
      block: raw.subarray(40, 100), raw, attributeBlock: raw.readUInt32LE(104),
    };
  }

  private readGeometry(superblock: Buffer, incompat: number): Geometry {
    const logBlockSize = superblock.readUInt32LE(24);
    if (logBlockSize > 6) throw new Error(`ext4 blocks of 2^${logBlockSize + 10} bytes`);
    const blockSize = 1024 << logBlockSize;
    const inodesPerGroup = superblock.readUInt32LE(40);
    const inodeCount = superblock.readUInt32LE(0);
    const inodeSize = superblock.readUInt16LE(88);
    if (inodesPerGroup === 0 || inodeSize < 128) throw new Error(`an ext4 file system with ${inodesPerGroup} inodes a group, of ${inodeSize} bytes`);
    const groups = Math.ceil(inodeCount / inodesPerGroup);
    const wide = (incompat & 0x80) !== 0;
    const size = wide ? superblock.readUInt16LE(254) : 32;
    const table = readAt(this.fd, this.base + (superblock.readUInt32LE(20) + 1) * blockSize, groups * size);
    const tables = Array.from({ length: groups }, (_, group) => table.readUInt32LE(group * size + 8) + (wide && size >= 64 ? table.readUInt32LE(group * size + 40) * 2 ** 32 : 0));
    return { blockSize, inodesPerGroup, inodeSize, inodeCount, tables };
  }
}

/** An inode of 128 bytes has no time of making. */
const readOtherTimes = (raw: Buffer): [number, number, number] => [raw.readUInt32LE(8), raw.readUInt32LE(12), raw.length >= 148 ? raw.readUInt32LE(144) : 0];
