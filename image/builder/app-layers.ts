import { copyFileSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Packages with native code, at the versions that package-lock.json pins; everything else is in the bundles. */
const NATIVE_PACKAGES = ['better-sqlite3', 'node-datachannel'] as const;

/** Our bundles, as ./run makes them. */
export const BUNDLED = ['firmware/dist/firmware.js', 'firmware/dist/media.js'] as const;

/** node_modules of the box for arm64: prebuilt, none of their scripts run. */
export async function makeNodeModules(folder: string, rootDir: string): Promise<void> {
  const lock = JSON.parse(readFileSync(join(rootDir, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> };
  const dependencies = Object.fromEntries(NATIVE_PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'scanlink-box', private: true, dependencies }));
  await runCommand('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--os=linux', '--cpu=arm64', '--libc=glibc'], { cwd: folder, timeoutSec: 600 });
  // Sources, documents and other machines' builds are of no use on the box.
  for (const waste of globSync(['**/*.{md,map,ts,c,cc,cpp,h,hpp,gyp,gypi}', '**/deps', '**/src', '**/test', '**/{docs,example,examples}', '**/prebuilds/{darwin,win32,linux-x64,linux-ia32,android,freebsd}*'], { cwd: join(folder, 'node_modules') })) rmSync(join(folder, 'node_modules', waste), { recursive: true, force: true });
}

/** The addons for arm64, by scripts/build-native.sh. */
export async function buildAddons(rootDir: string, sysroot: string, withSim: boolean): Promise<string> {
  await runCommand('bash', ['scripts/build-native.sh', '--arm64', ...(withSim ? [] : ['--no-sim'])], { cwd: rootDir, env: { SCANLINK_SYSROOT: sysroot }, timeoutSec: 1200 });
  return join(rootDir, withSim ? 'hal/build/arm64' : 'hal/build/arm64-box');
}

export interface AppWish {
  readonly rootDir: string;
  /** Root file system that it is laid into, under /usr/lib/scanlink. */
  readonly root: string;
  readonly nodeModules: string;
  readonly addonsDir: string;
  readonly board: string;
}

/** Our own code: bundles with their maps, addons, board file, licences. Sources and test programs stay out. */
export async function layApp({ rootDir, root, nodeModules, addonsDir, board }: AppWish): Promise<void> {
  await runCommand(process.execPath, ['--disable-warning=ExperimentalWarning', 'scripts/bundle.ts'], { cwd: rootDir });
  const home = join(root, 'usr/lib/scanlink');
  const put = (from: string, to = from): void => {
    mkdirSync(dirname(join(home, to)), { recursive: true });
    copyFileSync(join(rootDir, from), join(home, to));
  };
  for (const file of BUNDLED) for (const each of [file, `${file}.map`]) if (existsSync(join(rootDir, each))) put(each);
  for (const name of ['firmware', 'hal', 'protocol']) put(`${name}/package.json`);
  for (const addon of globSync('*.node', { cwd: addonsDir })) {
    mkdirSync(join(home, 'hal/build/release'), { recursive: true });
    copyFileSync(join(addonsDir, addon), join(home, 'hal/build/release', addon));
  }
  const decoder = join(addonsDir, 'scanlink_sim_decoder');
  for (const file of globSync(`${decoder}*`)) copyFileSync(file, join(home, 'hal/build/release', file.slice(addonsDir.length + 1)));
  cpSync(nodeModules, join(home, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(home, 'board'), { recursive: true });
  copyFileSync(join(rootDir, 'board', board, 'board.json'), join(home, 'board/board.json'));
  for (const file of ['LICENSE', 'LICENSE.GPL-3', 'THIRD-PARTY.md']) put(file);
}
