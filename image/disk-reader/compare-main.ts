// image/compare A B: exit 0 when two disk images are the same byte for byte, 1 with what differs, 2 when one cannot be read.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compareDisks } from './compare.ts';

const [a, b, ...rest] = process.argv.slice(2);
if (a === undefined || b === undefined || rest.length > 0 || a.startsWith('-')) {
  process.stderr.write('image/compare A B: two disk images, or two folders that image/build wrote\n');
  process.exit(2);
}
try {
  const diskOf = (path: string): string => (statSync(path).isDirectory() ? join(path, 'disk.img') : path);
  const differences = compareDisks(diskOf(a), diskOf(b));
  for (const line of differences) process.stdout.write(`${line}\n`);
  process.stdout.write(differences.length === 0 ? 'the same, byte for byte\n' : `${differences.length} differences\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
