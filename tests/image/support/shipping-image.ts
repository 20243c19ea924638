import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ext4Reader, type FileFact } from '../../../image/disk-reader/ext4.ts';
import { readPartitions, type Partition } from '../../../image/disk-reader/gpt.ts';

/** A built image, looked into without starting it. */
export class BuiltDisk {
  readonly diskFile: string;
  readonly partitions: readonly Partition[];
  readonly root: ReadonlyMap<string, FileFact>;
  private readonly reader: Ext4Reader;

  constructor(folder: string) {
    this.diskFile = join(folder, 'disk.img');
    this.partitions = readPartitions(this.diskFile);
    this.reader = new Ext4Reader(this.diskFile, this.partition('root-a').startBytes);
    this.root = new Map([...this.reader.walk()].map((fact) => [fact.path, fact]));
  }

  partition(label: string): Partition {
    const found = this.partitions.find((each) => each.label === label);
    if (!found) throw new Error(`the image has no partition ${label}`);
    return found;
  }

  /** Content of a file of slot A, links followed. @throws Error when there is none. */
  read(path: string): Buffer {
    const fact = this.find(path);
    if (fact?.kind !== 'file') throw new Error(`the image has no file ${path}`);
    return this.reader.read(fact);
  }

  text(path: string): string { return this.read(path).toString('utf8'); }

  /** What a path leads to, through links in it; undefined when that is nothing. */
  find(path: string): FileFact | undefined {
    let left = path.split('/').filter((part) => part !== '');
    let at = '';
    for (let hops = 0; left.length > 0;) {
      const [part, ...rest] = left;
      const fact = this.root.get(`${at}/${part}`);
      if (!fact) return undefined;
      if (fact.kind === 'link') {
        if ((hops += 1) > 40) return undefined;
        left = [...fact.target.split('/').filter((each) => each !== '' && each !== '.'), ...rest];
        if (fact.target.startsWith('/')) at = '';
        while (left[0] === '..') {
          left = left.slice(1);
          at = at.slice(0, at.lastIndexOf('/'));
        }
      } else {
        at = `${at}/${part}`;
        left = rest;
      }
    }
    return this.root.get(at);
  }

  /** Shared libraries that a program or addon names (DT_NEEDED), and the machine that it is for, by readelf. */
  readElf(path: string): { readonly machine: string; readonly needs: readonly string[] } {
    const folder = mkdtempSync(join(tmpdir(), 'elf-'));
    try {
      writeFileSync(join(folder, 'elf'), this.read(path));
      const text = execFileSync('readelf', ['-h', '-d', '-W', join(folder, 'elf')], { encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } });
      return { machine: /Machine:\s+(.+)/.exec(text)?.[1]?.trim() ?? '', needs: [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name!) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  close(): void { this.reader[Symbol.dispose](); }
}

/** Folder of the image that ships (`image/build --board qemu-arm64`), or null with nothing built. */
export function findShippingImage(): string | null {
  const places = [process.env['SCANLINK_SHIPPING_IMAGE'], join(import.meta.dirname, '../../../image/dist/qemu-arm64')];
  return places.find((each) => each !== undefined && each !== '' && existsSync(join(each, 'disk.img'))) ?? null;
}
