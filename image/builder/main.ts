// image/build: from Debian's packages and this tree to a disk image. Steps and their order are here; each is a file beside.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkKernel, chooseKernel, findBoard, listNeededModules } from '@scanlink/board';
import { buildAddons, layApp, makeNodeModules } from './app-layers.ts';
import { layOver, makePackagesLayer, makeUsers } from './base-layer.ts';
import { DebianState, findMirror, readPackageList } from './debian.ts';
import { writeDisk, writeQemuFiles } from './disk.ts';
import { makeKernelLayer } from './kernel-layer.ts';
import { LayerStore, fingerprint, type Teller } from './layers.ts';
import { parseBuildOptions, type BuildOptions } from './options.ts';
import { runCommand } from './run-command.ts';
import { NATIVE_PACKAGES } from '../../scripts/bundle.ts';
import { linkUnits } from './units.ts';

const rootDir = join(import.meta.dirname, '../..');

class ConsoleTeller implements Teller {
  step(name: string): (note?: string) => void {
    const start = performance.now();
    process.stderr.write(`  ${name} …\n`);
    return (note) => process.stderr.write(`  ${name}: ${note ?? `${((performance.now() - start) / 1000).toFixed(1)} s`}\n`);
  }
}

async function build(options: BuildOptions): Promise<void> {
  const teller = new ConsoleTeller();
  const start = performance.now();
  const board = findBoard(options.board);
  const ownKernel = chooseKernel(board, options.kernelDir);
  const layers = new LayerStore(options.cacheDir, teller);
  const code = fingerprint(rootDir, ['image/builder/*.ts']);
  const mirror = await findMirror();
  const packages = [...readPackageList(join(rootDir, 'image/packages/base.txt')), ...(options.isTest ? readPackageList(join(rootDir, 'image/packages/test.txt')) : [])];
  const base = await layers.get('packages', ['1', ...packages, fingerprint(rootDir, ['image/builder/base-layer.ts'])], (folder) => makePackagesLayer(folder, mirror, packages));
  const debianKernel = ownKernel ?? join(await layers.get('debian-kernel', ['1'], async (folder) => {
    const state = await DebianState.open(join(folder, 'apt'), mirror);
    await state.unpack([await state.firstDependency('linux-image-arm64')], join(folder, 'tree'));
    rmSync(join(folder, 'apt'), { recursive: true });
  }), 'tree');
  checkKernel(options.board, debianKernel);
  const modules = listNeededModules(board).map(({ module }) => module);
  const kernel = await layers.get(options.isTest ? 'kernel-test' : 'kernel', [debianKernel, ...modules, fingerprint(rootDir, ['image/builder/{kernel-layer,cpio}.ts', 'image/initrd/*'])], (folder) => makeKernelLayer(folder, {
    source: debianKernel, modules, isTest: options.isTest, busyboxFile: join(base, 'root/usr/bin/busybox'), initFile: join(rootDir, 'image/initrd/init'),
  }));
  const sysroot = join(await layers.get('sysroot', [fingerprint(rootDir, ['scripts/make-sysroot.sh', 'image/packages/sysroot.txt'])], async (folder) => {
    await runCommand('bash', ['scripts/make-sysroot.sh', join(folder, 'tree')], { cwd: rootDir, timeoutSec: 1500 });
  }), 'tree');
  const natives = readNativePackages();
  const nodeModules = await layers.get('node-modules', [JSON.stringify(natives), fingerprint(rootDir, ['image/builder/app-layers.ts'])], (folder) => makeNodeModules(folder, natives));
  const addonsDone = teller.step('addons for arm64');
  const addonsDir = await buildAddons(rootDir, sysroot, options.isTest);
  addonsDone();

  const rootDone = teller.step('root file system');
  const work = mkdtempSync(join(tmpdir(), 'scanlink-image-'));
  try {
    const root = join(work, 'root');
    await runCommand('cp', ['-a', '--reflink=auto', join(base, 'root'), root]);
    const node = process.env['TARGET_NODE_DIR'];
    if (node === undefined) throw new Error('TARGET_NODE_DIR is not set: start image/build, not this file');
    copyFileSync(join(node, 'bin/node'), join(root, 'usr/bin/node'));
    await runCommand('cp', ['-a', `${kernel}/.`, root]);
    layOver(join(rootDir, 'image/root'), root);
    await layApp(rootDir, { root, board: options.board, addonsDir, nodeModules: join(nodeModules, 'node_modules'), withSim: options.isTest });
    if (options.isTest) await layTests(root, readRelease(kernel));
    finish(root, options, code);
    await makeUsers(root);
    linkUnits(root, options.isTest);
    // Nobody on the box needs to become somebody else.
    await runCommand('find', [root, '-xdev', '-type', 'f', '-perm', '/6000', '-exec', 'chmod', 'u-s,g-s', '{}', '+']);
    await runCommand('chown', ['-R', '--no-dereference', 'root:root', join(root, 'usr/lib/scanlink'), join(root, 'etc')]);
    const dataTree = join(work, 'data');
    mkdirSync(dataTree, { mode: 0o755 });
    mkdirSync(options.outDir, { recursive: true });
    const bootScript = join(work, 'boot.scr');
    await runCommand('mkimage', ['-A', 'arm64', '-T', 'script', '-C', 'none', '-d', join(rootDir, 'image/boot/boot.cmd'), bootScript], { env: { SOURCE_DATE_EPOCH: String(await epochOf(rootDir)) } });
    rootDone();
    const diskDone = teller.step('disk image');
    const epochSec = await epochOf(rootDir);
    await runCommand('find', [work, '-newermt', `@${epochSec}`, '-exec', 'touch', '--no-dereference', `--date=@${epochSec}`, '{}', '+']);
    const disk = await writeDisk({ rootTree: root, dataTree, bootScript, outDir: options.outDir, epochSec });
    writeQemuFiles(options.outDir, join(kernel, 'boot'), '/usr/lib/u-boot/qemu_arm64/u-boot.bin', { kernelRelease: readRelease(kernel), isTest: options.isTest });
    diskDone();
    const rootMegabytes = Number.parseInt(await runCommand('du', ['-sm', root]), 10);
    const diskMegabytes = Math.round(statSync(disk).blocks * 512 / 1024 / 1024);
    process.stderr.write(`${options.outDir}: root file system ${rootMegabytes} MiB, disk image ${diskMegabytes} MiB on disk, in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const readRelease = (kernel: string): string => readFileSync(join(kernel, 'boot/release'), 'utf8').trim();

/** The last commit's time: of everything that a build makes, so that the same tree gives the same image. */
const epochOf = async (folder: string): Promise<number> => Number(await runCommand('git', ['log', '-1', '--format=%ct'], { cwd: folder }));

/** Packages with native code, at the versions that package-lock.json pins. */
function readNativePackages(): Readonly<Record<string, string>> {
  const lock = JSON.parse(readFileSync(join(rootDir, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> };
  return Object.fromEntries(NATIVE_PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']));
}

/** What the tests need, and nothing that ships. */
async function layTests(root: string, release: string): Promise<void> {
  const home = join(root, 'usr/lib/scanlink-test');
  mkdirSync(home, { recursive: true });
  copyFileSync(join(rootDir, 'image/qemu/agent/agent.ts'), join(home, 'agent.ts'));
  copyFileSync(join(rootDir, 'image/qemu/agent/messages.ts'), join(home, 'messages.ts'));
  copyFileSync(join(rootDir, 'image/qemu/agent/scanlink-test-agent.service'), join(root, 'usr/lib/systemd/system/scanlink-test-agent.service'));
  // An emulated processor needs longer for a picture than one that hangs on metal.
  const slow = join(root, 'etc/systemd/system/scanlink-media.service.d');
  mkdirSync(slow, { recursive: true });
  writeFileSync(join(slow, 'emulated.conf'), '[Service]\nEnvironment=SCANLINK_STUCK_LIMIT_MS=20000\nWatchdogSec=30\nTimeoutStartSec=120\n');
  const slowToo = join(root, 'etc/systemd/system/scanlink-firmware.service.d');
  mkdirSync(slowToo, { recursive: true });
  writeFileSync(join(slowToo, 'emulated.conf'), '[Service]\nWatchdogSec=60\nTimeoutStartSec=120\n');
  await runCommand('bash', [join(rootDir, 'image/modules/build'), release, join(root, 'usr/lib/modules', release, 'updates')], { timeoutSec: 900 });
  await runCommand('/sbin/depmod', ['-b', join(root, 'usr'), release]);
}

/** Folders that a read-only root must have, names, and the day it was built. */
function finish(root: string, options: BuildOptions, code: string): void {
  for (const folder of ['proc', 'sys', 'dev', 'run', 'tmp', 'mnt', 'var/lib/scanlink', 'var/lib/NetworkManager', 'var/lib/systemd', 'var/lib/private', 'var/log', 'var/tmp', 'var/cache', 'etc/NetworkManager/system-connections']) mkdirSync(join(root, folder), { recursive: true });
  for (const [link, target] of [['var/run', '/run'], ['var/lock', '/run/lock']] as const) {
    rmSync(join(root, link), { recursive: true, force: true });
    symlinkSync(target, join(root, link));
  }
  // What update-alternatives would have linked: FFmpeg's libraries name them.
  for (const name of ['blas/libblas.so.3', 'lapack/liblapack.so.3']) {
    const place = join(root, 'usr/lib/aarch64-linux-gnu');
    if (existsSync(join(place, name))) symlinkSync(name, join(place, basename(name)));
  }
  for (const waste of ['etc/ssh', 'usr/share/gdb']) rmSync(join(root, waste), { recursive: true, force: true });
  writeFileSync(join(root, 'etc/hostname'), 'scanlink\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost scanlink\n::1 localhost\n');
  writeFileSync(join(root, 'etc/machine-id'), '');
  writeFileSync(join(root, 'etc/adjtime'), '0.0 0 0.0\n0\nUTC\n');
  if (!existsSync(join(root, 'etc/localtime'))) symlinkSync('/usr/share/zoneinfo/Etc/UTC', join(root, 'etc/localtime'));
  writeFileSync(join(root, 'usr/lib/scanlink/built'), `${JSON.stringify({ board: options.board, test: options.isTest, builder: code.slice(0, 12) })}\n`);
}

if (process.getuid?.() !== 0) {
  process.stderr.write('image/build must be run as root (owners of files, device nodes): sudo --preserve-env=HOME image/build …\n');
  process.exit(1);
}
try {
  await build(parseBuildOptions(process.argv.slice(2), rootDir, process.env));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
