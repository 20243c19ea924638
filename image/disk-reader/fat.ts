import { execFileSync } from 'node:child_process';

const OPTIONS = { env: { ...process.env, MTOOLS_SKIP_CHECK: '1' }, timeout: 30_000, maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };

/** Files of a FAT partition inside a disk image, by mtools: path from the partition's root (`/boot.scr`) to content. @throws Error with mtools' words. */
export function readFatFiles(diskFile: string, offsetBytes: number): ReadonlyMap<string, Buffer> {
  const image = `${diskFile}@@${offsetBytes}`;
  const names = execFileSync('mdir', ['-i', image, '-b', '-/', '::'], OPTIONS).toString('utf8').split('\n').filter((name) => name !== '' && !name.endsWith('/'));
  return new Map(names.toSorted().map((name) => [name.replace(/^::/, ''), execFileSync('mtype', ['-i', image, name], OPTIONS)]));
}
