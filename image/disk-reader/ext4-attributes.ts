const MAGIC = 0xea020000;
const PREFIXES: Readonly<Record<number, string>> = { 1: 'user.', 2: 'system.posix_acl_access', 3: 'system.posix_acl_default', 4: 'trusted.', 6: 'security.', 7: 'system.' };

/** Names of a file's extended attributes: those in its inode and those in a block of their own. */
export function listAttributes(inode: Buffer, block: Buffer | null): readonly string[] {
  const names: string[] = [];
  if (inode.length > 132) {
    const at = 128 + inode.readUInt16LE(128);
    if (at + 4 <= inode.length && inode.readUInt32LE(at) === MAGIC) names.push(...readNames(inode, at + 4));
  }
  if (block?.readUInt32LE(0) === MAGIC) names.push(...readNames(block, 32));
  return names.toSorted();
}

function readNames(bytes: Buffer, from: number): readonly string[] {
  const names: string[] = [];
  for (let at = from; at + 16 <= bytes.length && bytes.readUInt32LE(at) !== 0;) {
    const length = bytes[at]!;
    names.push(`${PREFIXES[bytes[at + 1]!] ?? `${bytes[at + 1]}.`}${bytes.toString('utf8', at + 16, at + 16 + length)}`);
    at += 16 + Math.ceil(length / 4) * 4;
  }
  return names;
}
