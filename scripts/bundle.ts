// One JavaScript file a process, as it runs on box and hub: less memory (about 45 MiB in firmware and media together) and a
// faster start than types stripped at each start. `node scripts/bundle.ts` builds what changed; ./run does so by itself.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'rolldown';

/** Source file -> its bundle; a map lies beside each. Paths from the project's root. */
export const BUNDLES = {
  'firmware/src/main.ts': 'firmware/dist/firmware.js',
  'firmware/src/media/main.ts': 'firmware/dist/media.js',
  'firmware/src/media/main.shipping.ts': 'firmware/dist/media.shipping.js',
  'firmware/src/cli/main.ts': 'firmware/dist/scanlink.js',
  'cloud/src/api/main.ts': 'cloud/dist/api.js',
  'cloud/src/store/worker.ts': 'cloud/dist/store-worker.js',
  'cloud/src/relay/main.ts': 'cloud/dist/relay.js',
  'cloud/src/admin/main.ts': 'cloud/dist/admin.js',
} as const;

/** Packages with native code stay outside: they are found beside the bundle, in node_modules. */
export const NATIVE_PACKAGES = ['better-sqlite3', 'node-datachannel'] as const;
const isNative = new RegExp(`^(${NATIVE_PACKAGES.join('|')})(/|$)`);
const SOURCES = ['protocol/src/**/*.ts', 'board/src/**/*.ts', 'hal/src/**/*.ts', 'firmware/src/**/*.ts', 'cloud/src/**/*.ts', '{protocol,board,hal,firmware,cloud}/package.json', 'package-lock.json', 'scripts/bundle.ts'];
const STAMP = 'firmware/dist/.built-from';

/**
 * Builds the bundles when a source is newer than they are (40 ms when none is, about 2 s else), in a process of its own:
 * the bundler would keep some 400 MiB for as long as its process lives. Safe beside another that does the same: each file
 * is put in its place whole.
 * @throws Error with what the bundler says of a source that cannot be read.
 */
export async function ensureBundles(rootDir: string): Promise<void> {
  if (areFresh(rootDir, fingerprint(rootDir))) return;
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename], { cwd: rootDir });
}

async function buildBundles(rootDir: string): Promise<void> {
  const stamp = fingerprint(rootDir);
  if (areFresh(rootDir, stamp)) return;
  for (const [source, target] of Object.entries(BUNDLES)) await build(rootDir, source, target);
  writeFileSync(join(rootDir, STAMP), stamp);
}

function areFresh(rootDir: string, stamp: string): boolean {
  const stampFile = join(rootDir, STAMP);
  const complete = Object.values(BUNDLES).every((file) => existsSync(join(rootDir, file)));
  return complete && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Names and contents of all sources, about 1 MB: a file that was put in place with an old time counts too. */
function fingerprint(rootDir: string): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: rootDir }).toSorted()) {
    const content = readFileSync(join(rootDir, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function build(rootDir: string, source: string, target: string): Promise<void> {
  // Loaded only where something has to be built.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: source, cwd: rootDir, platform: 'node', logLevel: 'silent', external: [/^node:/, isNative], plugins: [nameBundles(rootDir, target)],
  });
  try {
    const { output } = await bundle.generate({ format: 'esm', sourcemap: true, codeSplitting: false, file: join(rootDir, target) });
    const [chunk] = output;
    const place = join(rootDir, target);
    mkdirSync(dirname(place), { recursive: true });
    if (chunk.map) putWhole(`${place}.map`, chunk.map.toString());
    putWhole(place, chunk.code);
  } finally {
    await bundle.close();
  }
}

/** A URL that names another process's source (a worker's) names its bundle instead. All else is found by protocol's lib/places.ts. */
function nameBundles(rootDir: string, target: string): Plugin {
  const toUrl = (file: string): string => `new URL(${JSON.stringify(`./${relative(dirname(join(rootDir, target)), file)}`)}, import.meta.url)`;
  const findBundle = (id: string, path: string): string => {
    const source = relative(rootDir, join(dirname(id), path));
    const bundle = Object.entries(BUNDLES).find(([from]) => from === source)?.[1];
    if (!bundle) throw new Error(`${relative(rootDir, id)} names ${source}, which is no bundle (scripts/bundle.ts)`);
    return join(rootDir, bundle);
  };
  return {
    name: 'name-bundles',
    transform(code, id) {
      if (id.includes('/node_modules/') || !code.includes('import.meta.url')) return null;
      return code.replaceAll(/new URL\('([^']+\.ts)', import\.meta\.url\)/g, (_match, path: string) => toUrl(findBundle(id, path)));
    },
  };
}

function putWhole(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

if (import.meta.main) await buildBundles(join(import.meta.dirname, '..'));
