import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** The addons for arm64, by scripts/build-native.sh. @returns their folder. */
export async function buildAddons(rootDir: string, sysroot: string, withSim: boolean): Promise<string> {
  await runCommand('bash', ['scripts/build-native.sh', '--arm64', ...(withSim ? [] : ['--no-sim'])], { cwd: rootDir, env: { SCANLINK_SYSROOT: sysroot }, timeoutSec: 1800 });
  return join(rootDir, withSim ? 'hal/build/arm64' : 'hal/build/arm64-box');
}

/** node_modules of the box for arm64, at the versions that package-lock.json pins: prebuilt, none of their scripts run. */
export async function makeNodeModules(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'scanlink-box', private: true, dependencies: packages }));
  await runCommand('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--os=linux', '--cpu=arm64', '--libc=glibc'], { cwd: folder, timeoutSec: 600 });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
}

/** Our own code, its units and users, by scripts/install-box.ts. */
export async function layApp(rootDir: string, wish: { readonly root: string; readonly board: string; readonly addonsDir: string; readonly nodeModules: string; readonly withSim: boolean }): Promise<void> {
  await runCommand(process.execPath, [
    '--disable-warning=ExperimentalWarning', 'scripts/install-box.ts', '--root', wish.root, '--board', wish.board, '--arch', 'arm64', '--addons', wish.addonsDir, '--node-modules', wish.nodeModules, ...(wish.withSim ? ['--sim'] : []),
  ], { cwd: rootDir });
}
