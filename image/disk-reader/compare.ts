import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { Ext4Reader, type FileFact } from './ext4.ts';
import { readFatFiles } from './fat.ts';
import { readAt, readPartitions, type Partition } from './gpt.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Compares two disk images part by part. @returns a line a difference, in the order of the table; none when all bytes are alike. */
export function compareDisks(fileA: string, fileB: string): readonly string[] {
  const [a, b] = [readPartitions(fileA), readPartitions(fileB)] as const;
  const describe = ({ label, typeId, id, startBytes, sizeBytes }: Partition): string => `${label} (type ${typeId}, id ${id}, ${sizeBytes} bytes at ${startBytes})`;
  const differences: string[] = [];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [one, two] = [a[index], b[index]];
    if (!one || !two) differences.push(one ? `partition ${describe(one)} is in the first alone` : `partition ${describe(two!)} is in the second alone`);
    else {
      if (describe(one) !== describe(two)) differences.push(`partition ${one.number}: ${describe(one)}, ${describe(two)}`);
      differences.push(...comparePartitions(fileA, one, fileB, two).map((line) => `${one.label}: ${line}`));
    }
  }
  return differences;
}

function comparePartitions(fileA: string, a: Partition, fileB: string, b: Partition): readonly string[] {
  const blocks = countDifferingBytes(fileA, a, fileB, b);
  if (blocks === null) return [];
  const files = [listFiles(fileA, a), listFiles(fileB, b)] as const;
  const named = files[0] && files[1] ? compareFiles(files[0], files[1]) : [];
  return named.length > 0 ? named : [`${files[0] && files[1] ? 'every file is alike, but not where or how they lie' : 'other bytes'}: ${blocks.chunks} KiB, the first at byte ${blocks.first}`];
}

/** null when all bytes are alike. */
function countDifferingBytes(fileA: string, a: Partition, fileB: string, b: Partition): { readonly first: number; readonly chunks: number } | null {
  const [fdA, fdB] = [openSync(fileA, 'r'), openSync(fileB, 'r')];
  let first = -1;
  let chunks = 0;
  try {
    const length = Math.min(a.sizeBytes, b.sizeBytes);
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      const size = Math.min(CHUNK_BYTES, length - at);
      const [one, two] = [readAt(fdA, a.startBytes + at, size), readAt(fdB, b.startBytes + at, size)];
      if (one.equals(two)) continue;
      for (let offset = 0; offset < size; offset += 1024) {
        const end = Math.min(offset + 1024, size);
        if (one.compare(two, offset, end, offset, end) === 0) continue;
        chunks += 1;
        if (first < 0) first = at + offset + one.subarray(offset, end).findIndex((byte, index) => byte !== two[offset + index]);
      }
    }
  } finally {
    closeSync(fdA);
    closeSync(fdB);
  }
  return chunks === 0 ? null : { first, chunks };
}

/** What a file is, in words that are alike when it is alike; null for a partition without a file system. */
function listFiles(diskFile: string, { startBytes, sizeBytes }: Partition): ReadonlyMap<string, ReadonlyMap<string, string>> | null {
  const fd = openSync(diskFile, 'r');
  const head = readAt(fd, startBytes, Math.min(2048, sizeBytes));
  closeSync(fd);
  if (head.length >= 2048 && head.readUInt16LE(1024 + 56) === 0xef53) {
    using reader = new Ext4Reader(diskFile, startBytes);
    return new Map([...reader.walk()].map((fact) => [fact.path, describeFile(fact, fact.kind === 'file' ? reader.read(fact) : Buffer.alloc(0))]));
  }
  if (head.toString('latin1', 82, 87) === 'FAT32' || head.toString('latin1', 54, 57) === 'FAT') return new Map([...readFatFiles(diskFile, startBytes)].map(([path, content]) => [path, new Map([['content', hash(content)]])]));
  return null;
}

function describeFile(fact: FileFact, content: Buffer): ReadonlyMap<string, string> {
  return new Map([
    ['kind', fact.kind], ['mode', `0${fact.mode.toString(8)}`], ['owner', `${fact.uid}:${fact.gid}`], ['time', String(fact.mtimeSec)], ['other times', fact.otherTimesSec.join(' ')],
    ['target', fact.target], ['attributes', fact.attributes.join(' ')], ['content', fact.kind === 'file' ? `${fact.sizeBytes} bytes ${hash(content)}` : ''],
  ]);
}

const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 12);

/** @returns a line a file that is in one alone, or differs, with what differs. */
export function compareFiles(a: ReadonlyMap<string, ReadonlyMap<string, string>>, b: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].toSorted().flatMap((path) => {
    const [one, two] = [a.get(path), b.get(path)];
    if (!one || !two) return [`${path} is in the ${one ? 'first' : 'second'} alone`];
    const told = [...one].filter(([name, value]) => two.get(name) !== value).map(([name, value]) => `${name} ${value} | ${two.get(name) ?? ''}`);
    return told.length === 0 ? [] : [`${path}: ${told.join('; ')}`];
  });
}
