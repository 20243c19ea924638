import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A folder as a cpio archive (newc), as the kernel reads an initial RAM disk: sorted, root's, without times, so that the same tree gives the same bytes. */
export function writeCpio(root: string): Buffer {
  const parts: Buffer[] = [];
  let inode = 0;
  const add = (name: string, mode: number, data: Buffer): void => {
    inode += 1;
    const bytes = Buffer.from(`${name}\0`);
    const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, bytes.length, 0];
    parts.push(padded(Buffer.concat([Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`), bytes])), padded(data));
  };
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).toSorted()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stat = lstatSync(join(root, path));
      if (stat.isSymbolicLink()) add(path, 0o120777, Buffer.from(readlinkSync(join(root, path))));
      else if (stat.isDirectory()) {
        add(path, 0o40755, Buffer.alloc(0));
        walk(path);
      } else add(path, 0o100000 | (stat.mode & 0o777), readFileSync(join(root, path)));
    }
  };
  walk('');
  add('TRAILER!!!', 0, Buffer.alloc(0));
  return Buffer.concat(parts);
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
