// Lays what a box needs into a root file system: DIR/usr/lib/scanlink (protocol/src/lib/places.ts says what lies where), systemd's units,
// users and folders, and /usr/bin/scanlink. The box then needs Node and Debian's libraries and fonts, and none of the tools that made this.
//   node scripts/install-box.ts --root DIR --board NAME [--arch arm64|x64] [--addons DIR] [--node-modules DIR] [--sim]
// --arch: default this machine's. --addons: default hal/build/release, and for another machine it must be named. --node-modules: where
// the native packages for that machine lie; default: ours, or for another machine a fresh installation of them. --sim: with the
// simulated console, for tests; a box in the field holds none.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installBoard } from '@scanlink/board';
import { AppError, describeArgumentFault, toAppError } from '@scanlink/protocol';
import { INSTALL_FILE } from '@scanlink/protocol/lib/places';
import { BUNDLES, ensureBundles, NATIVE_PACKAGES } from './bundle.ts';
import { BOX_UNITS } from './units/box-units.ts';
import { renderSystemd } from './units/render-systemd.ts';

const ROOT_DIR = join(import.meta.dirname, '..');
/** Bundles of the box by their name there. `media` is the build without the simulated console unless it is asked for. */
const BOX_BUNDLES = { firmware: 'firmware/src/main.ts', media: 'firmware/src/media/main.shipping.ts', scanlink: 'firmware/src/cli/main.ts' } as const;
const SHIPPING_ADDONS = ['scanlink_core.node', 'scanlink_system.node', 'scanlink_v4l2.node'] as const;
const SIM_ADDONS = 'scanlink_sim*';

export interface InstallWish {
  readonly root: string;
  readonly board: string;
  readonly arch: 'arm64' | 'x64';
  readonly addonsDir: string;
  readonly nodeModulesDir: string | null;
  readonly withSim: boolean;
}

/** Lays the tree; what lies there of an earlier one is replaced. @throws NAT_ADDON_MISSING; what installBoard throws. @returns its home. */
export async function installBox({ root, board, arch, addonsDir, nodeModulesDir, withSim }: InstallWish): Promise<string> {
  const home = join(root, 'usr/lib/scanlink');
  await ensureBundles(ROOT_DIR);
  for (const part of ['lib', 'addons', 'node_modules', 'board', 'share']) rmSync(join(home, part), { recursive: true, force: true });
  const put = (from: string, to: string): void => {
    mkdirSync(dirname(join(home, to)), { recursive: true });
    copyFileSync(from, join(home, to));
  };
  for (const [name, source] of Object.entries({ ...BOX_BUNDLES, ...(withSim ? { media: 'firmware/src/media/main.ts' as const } : {}) })) {
    const bundle = join(ROOT_DIR, BUNDLES[source]);
    // The map keeps its name: the bundle's last line says it.
    put(bundle, `lib/${name}.js`);
    put(`${bundle}.map`, `lib/${basename(bundle)}.map`);
  }
  for (const addon of SHIPPING_ADDONS) {
    if (!existsSync(join(addonsDir, addon))) throw new AppError('NAT_ADDON_MISSING', { addon, detail: addonsDir });
    put(join(addonsDir, addon), `addons/${addon}`);
  }
  if (withSim) for (const file of globSync(SIM_ADDONS, { cwd: addonsDir })) put(join(addonsDir, file), `addons/${file}`);
  layPackages(join(home, 'node_modules'), nodeModulesDir ?? (arch === process.arch ? join(ROOT_DIR, 'node_modules') : null), arch);
  installBoard(board, join(home, 'board'));
  for (const language of ['en', 'zh']) put(join(ROOT_DIR, `firmware/src/cli/help.${language}.txt`), `share/help.${language}.txt`);
  for (const file of ['LICENSE', 'LICENSE.GPL-3', 'THIRD-PARTY.md']) put(join(ROOT_DIR, file), `share/${file}`);
  const { version } = JSON.parse(readFileSync(join(ROOT_DIR, 'package.json'), 'utf8')) as { version: string };
  writeFileSync(join(home, INSTALL_FILE), `${JSON.stringify({ version, board, arch, simulated: withSim })}\n`);
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }\n');
  layCommand(root, home);
  for (const [path, content] of renderSystemd()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const wants = join(root, 'usr/lib/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  for (const { name } of BOX_UNITS) link(`../scanlink-${name}.service`, join(wants, `scanlink-${name}.service`));
  return home;
}

/** Packages with native code and what they need, without sources, documents and other machines' builds. */
function layPackages(target: string, from: string | null, arch: string): void {
  const lock = JSON.parse(readFileSync(join(ROOT_DIR, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> };
  const temporary = from === null ? mkdtempSync(join(tmpdir(), 'sl-packages-')) : null;
  try {
    if (temporary !== null) {
      const dependencies = Object.fromEntries(NATIVE_PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']));
      writeFileSync(join(temporary, 'package.json'), JSON.stringify({ name: 'scanlink-box', private: true, dependencies }));
      execFileSync('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--os=linux', `--cpu=${arch}`, '--libc=glibc'], { cwd: temporary, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    const source = from ?? join(temporary!, 'node_modules');
    const wanted = [...NATIVE_PACKAGES, 'detect-libc', `@node-datachannel/linux-${arch}-gnu`];
    for (const name of wanted) cpSync(join(source, name), join(target, name), { recursive: true, dereference: true, filter: (path) => isOfUse(path, arch) });
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

function isOfUse(path: string, arch: string): boolean {
  if (/\/prebuilds\/./.test(path)) return basename(path) === `linux-${arch}.node`;
  return !/\/(deps|src|test|docs)(\/|$)|\.(md|map|ts|gyp|gypi)$/.test(path.slice(path.lastIndexOf('node_modules/')));
}

function layCommand(root: string, home: string): void {
  mkdirSync(join(home, 'bin'), { recursive: true });
  const command = join(home, 'bin/scanlink');
  writeFileSync(command, '#!/bin/sh\n# The box\'s command line.\nexec node --disable-warning=ExperimentalWarning "$(dirname "$(readlink -f "$0")")/../lib/scanlink.js" "$@"\n');
  chmodSync(command, 0o755);
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  link('../lib/scanlink/bin/scanlink', join(root, 'usr/bin/scanlink'));
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

function readWish(): InstallWish {
  const usage = (detail: string): AppError => new AppError('CFG_USAGE', { detail });
  let values;
  try {
    ({ values } = parseArgs({ options: { root: { type: 'string' }, board: { type: 'string' }, arch: { type: 'string', default: process.arch }, addons: { type: 'string' }, 'node-modules': { type: 'string' }, sim: { type: 'boolean', default: false } } }));
  } catch (cause) {
    throw usage(describeArgumentFault(cause));
  }
  const { root, board, arch, addons, sim } = values;
  if (root === undefined || board === undefined) throw usage('usage: install-box.ts --root DIR --board NAME [--arch arm64|x64] [--addons DIR] [--node-modules DIR] [--sim]');
  if (arch !== 'arm64' && arch !== 'x64') throw usage('--arch takes one of: arm64, x64');
  if (arch !== process.arch && addons === undefined) throw usage('--addons is needed');
  return { root, board, arch, addonsDir: addons ?? join(ROOT_DIR, 'hal/build/release'), nodeModulesDir: values['node-modules'] ?? null, withSim: sim };
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await installBox(readWish())}\n`);
  } catch (thrown) {
    const { code, message, messageZh } = toAppError(thrown).toBody();
    process.stderr.write(`${code}: ${message}\n${messageZh}\n`);
    process.exitCode = code.startsWith('CFG_') ? 2 : 1;
  }
}
