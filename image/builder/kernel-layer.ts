import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeCpio } from './cpio.ts';
import { runCommand } from './run-command.ts';

/** Needed before the root file system is there. crc32c_generic: ext4 asks for it by an alias that modprobe does not see. */
const EARLY_MODULES = ['virtio_pci', 'virtio_blk', 'mmc_block', 'sdhci', 'usb_storage', 'nvme', 'ext4', 'crc32c_generic'];
/** What every box needs besides what its board names: network of the usual kinds, cameras by USB, keyboards, sound. */
const COMMON_MODULES = ['autofs4', 'uvcvideo', 'usbhid', 'hid_generic', 'evdev', 'snd_usb_audio', 'ftdi_sio', 'cp210x', 'ch341', 'pl2303', 'cdc_acm', 'vfat', 'nls_ascii', 'nls_cp437', 'squashfs', 'loop', 'dm_verity', 'virtio_net', 'virtio_rng', 'virtio_console', 'virtio_gpu', 'virtio_input', 'virtio_mmio', 'af_packet', 'dma_heap', 'udmabuf', 'softdog', 'tun'];
/** Of the test image alone: devices that the kernel makes up. */
const TEST_MODULES = ['vivid', 'v4l2_mem2mem', 'videobuf2_vmalloc', 'videobuf2_dma_contig', 'uinput', 'snd_aloop', 'dummy_hcd', 'g_webcam', 'libcomposite', 'usb_f_uvc', 'usb_f_hid'];

export interface KernelWish {
  /** Tree with boot/vmlinuz-RELEASE and lib/modules/RELEASE (or usr/lib/modules). */
  readonly source: string;
  /** By the board, modprobe's names. */
  readonly modules: readonly string[];
  readonly isTest: boolean;
  readonly busyboxFile: string;
  readonly initFile: string;
}
export interface Kernel { readonly release: string; readonly kernelFile: string; readonly initrdFile: string; readonly modulesDir: string }

/** @returns the one kernel in `folder`. @throws Error when there is none, or more than one. */
export function findKernel(folder: string): { readonly release: string; readonly modulesDir: string; readonly kernelFile: string } {
  const modulesRoot = ['usr/lib/modules', 'lib/modules'].map((each) => join(folder, each)).find((each) => existsSync(each));
  const releases = modulesRoot === undefined ? [] : readdirSync(modulesRoot).filter((each) => existsSync(join(modulesRoot, each, 'modules.order')));
  const [release] = releases;
  if (modulesRoot === undefined || release === undefined || releases.length > 1) throw new Error(`${folder} must hold one kernel with its modules (lib/modules/RELEASE); it holds ${releases.length === 0 ? 'none' : releases.join(', ')}`);
  const kernelFile = [`boot/vmlinuz-${release}`, 'boot/vmlinuz', 'boot/Image'].map((each) => join(folder, each)).find((each) => existsSync(each));
  if (kernelFile === undefined) throw new Error(`${folder} holds modules of ${release}, but no boot/vmlinuz-${release}`);
  return { release, modulesDir: join(modulesRoot, release), kernelFile };
}

/** Kernel, its modules without those that no board asks for (14 of 362 MB), and the initial RAM disk. */
export async function makeKernelLayer(folder: string, wish: KernelWish): Promise<void> {
  const { release, modulesDir, kernelFile } = findKernel(wish.source);
  const target = join(folder, 'usr/lib/modules', release);
  mkdirSync(target, { recursive: true });
  for (const file of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo']) copyFileSync(join(modulesDir, file), join(target, file));
  // depmod of the whole first: what is asked for is looked up there.
  const base = dirname(dirname(dirname(modulesDir)));
  await runCommand('/sbin/depmod', ['-b', base, release]);
  const early = await needed(base, release, EARLY_MODULES, true);
  const all = new Set([...early, ...await needed(base, release, [...COMMON_MODULES, ...(wish.isTest ? TEST_MODULES : [])], true), ...await needed(base, release, wish.modules, false)]);
  await copyModules(all, modulesDir, target);
  await runCommand('/sbin/depmod', ['-b', join(folder, 'usr'), release]);
  mkdirSync(join(folder, 'boot'), { recursive: true });
  // u-boot's booti wants the picture as it is.
  const image = readFileSync(kernelFile);
  writeFileSync(join(folder, 'boot/vmlinuz'), image);
  await makeInitrd(join(folder, 'boot/initrd.img'), release, early, modulesDir, wish);
  writeFileSync(join(folder, 'boot/release'), `${release}\n`);
}

/** Paths of modules, their dependencies before them, relative to the release's folder. Built-in ones give none. */
async function needed(base: string, release: string, names: readonly string[], mayLack: boolean): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of names) {
    let text: string;
    try {
      text = await runCommand('/sbin/modprobe', ['--dirname', base, '--set-version', release, '--show-depends', name]);
    } catch (error) {
      if (mayLack) continue;
      throw new Error(`the kernel ${release} has no module ${name}, which the board names`, { cause: error });
    }
    for (const line of text.split('\n')) {
      const path = /^insmod (\S+)/.exec(line)?.[1];
      if (path !== undefined) paths.push(path.slice(path.indexOf(`/${release}/`) + release.length + 2));
    }
  }
  return [...new Set(paths)];
}

async function copyModules(paths: Iterable<string>, from: string, to: string): Promise<void> {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}

async function makeInitrd(file: string, release: string, modules: readonly string[], modulesDir: string, wish: KernelWish): Promise<void> {
  const root = `${file}.tree`;
  for (const each of ['bin', 'dev', 'proc', 'sys', 'newroot', `lib/modules/${release}`]) mkdirSync(join(root, each), { recursive: true });
  copyFileSync(wish.busyboxFile, join(root, 'bin/busybox'));
  copyFileSync(wish.initFile, join(root, 'init'));
  for (const each of ['bin/busybox', 'init']) chmodSync(join(root, each), 0o755);
  const target = join(root, 'lib/modules', release);
  for (const each of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo']) copyFileSync(join(modulesDir, each), join(target, each));
  await copyModules(modules, modulesDir, target);
  // busybox's modprobe reads no xz.
  for (const path of modules) if (path.endsWith('.xz')) await runCommand('xz', ['--decompress', join(target, path)]);
  await runCommand('/sbin/depmod', ['-b', root, release]);
  writeFileSync(file, gzipSync(writeCpio(root), { level: 6 }));
  rmSync(root, { recursive: true });
}
