// A small package.json and package-lock.json out of the tree's own, for what needs a few packages and not all:
//   node scripts/pick-from-lock.ts FOLDER NAME...      then, in FOLDER: npm ci --ignore-scripts
// Versions and hashes are the lock's, of what the packages depend on too: npm ci refuses anything else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockEntry { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>>; readonly optionalDependencies?: Readonly<Record<string, string>>; readonly dev?: boolean }
export interface Lock { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, LockEntry>> }

/** The part of a lock that `names` and all their dependencies need. @throws Error when the lock has no such package. */
export function pickFromLock(lock: Lock, names: readonly string[]): { readonly manifest: object; readonly lock: Lock } {
  const picked: Record<string, LockEntry> = {};
  const take = (name: string, from: string, mayLack: boolean): void => {
    const place = findPlace(lock, name, from);
    if (place === null) {
      if (mayLack) return;
      throw new Error(`package-lock.json has no ${name}${from === '' ? '' : `, which ${from} needs`}`);
    }
    if (place in picked) return;
    const { dev: _dev, ...entry } = lock.packages[place]!;
    picked[place] = entry;
    for (const each of Object.keys(entry.dependencies ?? {})) take(each, place, false);
    for (const each of Object.keys(entry.optionalDependencies ?? {})) take(each, place, true);
  };
  for (const name of names) take(name, '', false);
  const dependencies = Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`]!.version!]));
  const manifest = { name: 'scanlink-picked', private: true, dependencies };
  const sorted = Object.fromEntries(Object.entries(picked).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { manifest, lock: { lockfileVersion: lock.lockfileVersion, packages: { '': manifest, ...sorted } } };
}

/** Where a package finds `name`: below itself, then below each folder above. */
function findPlace(lock: Lock, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '') {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (place in lock.packages) return place;
    if (folder === '') return null;
  }
}

/** Writes both files into `folder`. */
export function writePicked(folder: string, lockFile: string, names: readonly string[]): void {
  const { manifest, lock } = pickFromLock(JSON.parse(readFileSync(lockFile, 'utf8')) as Lock, names);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
}

if (import.meta.main) {
  const [folder, ...names] = process.argv.slice(2);
  if (folder === undefined || names.length === 0) {
    process.stderr.write('node scripts/pick-from-lock.ts FOLDER NAME...\n');
    process.exit(2);
  }
  writePicked(folder, join(import.meta.dirname, '../package-lock.json'), names);
}
