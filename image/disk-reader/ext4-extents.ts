const MAGIC = 0xf30a;
const ENTRY_BYTES = 12;
/** Longer than this, an extent was reserved and never written: it reads as zeros. */
const MAX_WRITTEN_BLOCKS = 32768;

/** A run of blocks of a file. */
export interface Extent { readonly fileBlock: number; readonly diskBlock: number; readonly blocks: number; readonly isHole: boolean }

/** Reads a file's tree of extents. @param node the tree's root (60 bytes of the inode). @throws Error when it is damaged. */
export function readExtents(node: Buffer, readBlock: (block: number) => Buffer, maxDepth = 5): readonly Extent[] {
  if (node.readUInt16LE(0) !== MAGIC) throw new Error('a file whose tree of extents is damaged');
  const count = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  if (depth > maxDepth || (count + 1) * ENTRY_BYTES > node.length) throw new Error(`a tree of extents ${depth} levels deep, with ${count} entries`);
  const found: Extent[] = [];
  for (let index = 1; index <= count; index += 1) {
    const at = index * ENTRY_BYTES;
    if (depth === 0) {
      const length = node.readUInt16LE(at + 4);
      const isHole = length > MAX_WRITTEN_BLOCKS;
      found.push({ fileBlock: node.readUInt32LE(at), diskBlock: node.readUInt16LE(at + 6) * 2 ** 32 + node.readUInt32LE(at + 8), blocks: isHole ? length - MAX_WRITTEN_BLOCKS : length, isHole });
    } else found.push(...readExtents(readBlock(node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32), readBlock, depth - 1));
  }
  return found;
}
