import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { Ext4Reader } from './ext4.ts';

/**
 * Sets all times of an ext4 file system but a file's own (mtime, to whole seconds) to one: mkfs.ext4 -d copies when a file was last
 * read and last changed in whatever way on this machine, which differs from build to build. By debugfs, which keeps checksums right.
 */
export function settleTimes(partFile: string, epochSec: number): void {
  const inodes = new Set([2]);
  {
    using reader = new Ext4Reader(partFile);
    for (const { inode } of reader.walk()) inodes.add(inode);
  }
  const commands = [...inodes].flatMap((inode) => [
    ...['atime', 'ctime', 'crtime'].map((field) => `sif <${inode}> ${field} @${epochSec}`),
    ...['atime_extra', 'ctime_extra', 'crtime_extra', 'mtime_extra'].map((field) => `sif <${inode}> ${field} 0`),
  ]);
  const file = `${partFile}.times`;
  writeFileSync(file, `${commands.join('\n')}\n`);
  try {
    execFileSync('debugfs', ['-w', '-f', file, partFile], {
      timeout: 300_000, maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, E2FSPROGS_FAKE_TIME: String(epochSec) },
    });
  } finally {
    rmSync(file);
  }
}
