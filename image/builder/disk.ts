import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settleTimes } from '../disk-reader/settle-times.ts';
import { runCommand } from './run-command.ts';

const MIB = 1024 * 1024;
/** Partitions of the disk, in MiB, in this order. data grows to what the disk has (systemd-growfs); slots are alike, so that an update fits. */
export const PARTITIONS = [
  { label: 'boot', type: 'ef00', startMib: 1, sizeMib: 63 },
  { label: 'ubootenv', type: '8300', startMib: 64, sizeMib: 1 },
  { label: 'root-a', type: '8305', startMib: 65, sizeMib: 1023 },
  { label: 'root-b', type: '8305', startMib: 1088, sizeMib: 1024 },
  { label: 'data', type: '8300', startMib: 2112, sizeMib: 1024 },
] as const;
const DISK_MIB = 3138;
/** Of file systems and partitions: the same for the same build. */
const IDS = {
  disk: '5ca11100-0000-4000-8000-000000000000', boot: '5ca11101', 'root-a': '5ca11102-0000-4000-8000-000000000000', 'root-b': '5ca11103-0000-4000-8000-000000000000', data: '5ca11104-0000-4000-8000-000000000000',
} as const;

const part = (label: (typeof PARTITIONS)[number]['label']): (typeof PARTITIONS)[number] => PARTITIONS.find((each) => each.label === label)!;

export interface DiskWish {
  /** Root file system, as a tree with its owners. */
  readonly rootTree: string;
  readonly dataTree: string;
  /** u-boot script, compiled. */
  readonly bootScript: string;
  readonly outDir: string;
  /** Unix seconds: of every file in the file systems that is newer. */
  readonly epochSec: number;
}

/** Writes disk.img (sparse): GPT, boot partition, both slots with the same system, data. @throws Error when the system does not fit its slot. */
export async function writeDisk(wish: DiskWish): Promise<string> {
  const disk = join(wish.outDir, 'disk.img');
  const env = { SOURCE_DATE_EPOCH: String(wish.epochSec), E2FSPROGS_FAKE_TIME: String(wish.epochSec), MTOOLS_SKIP_CHECK: '1' };
  rmSync(disk, { force: true });
  await runCommand('truncate', ['-s', `${DISK_MIB}M`, disk]);
  const table = PARTITIONS.flatMap(({ label, type, startMib, sizeMib }, index) => [
    '-n', `${index + 1}:${startMib}M:+${sizeMib}M`, '-t', `${index + 1}:${type}`, '-c', `${index + 1}:${label}`, '-u', `${index + 1}:${IDS.disk.slice(0, -1)}${index + 1}`,
  ]);
  await runCommand('sgdisk', ['-a', '2048', '-U', IDS.disk, ...table, disk]);
  await writeBoot(disk, wish, env);
  for (const label of ['root-a', 'root-b'] as const) await writeExt4(disk, label, wish.rootTree, env, wish.outDir);
  await writeExt4(disk, 'data', wish.dataTree, env, wish.outDir);
  return disk;
}

async function writeBoot(disk: string, wish: DiskWish, env: Record<string, string>): Promise<void> {
  const { startMib, sizeMib } = part('boot');
  const file = join(wish.outDir, 'boot.part');
  rmSync(file, { force: true });
  await runCommand('truncate', ['-s', `${sizeMib}M`, file]);
  await runCommand('mkfs.vfat', ['--invariant', '-F', '32', '-n', 'BOOT', '-i', IDS.boot, file], { env });
  await runCommand('mcopy', ['-m', '-i', file, wish.bootScript, '::boot.scr'], { env });
  await place(file, disk, startMib);
}

async function writeExt4(disk: string, label: 'root-a' | 'root-b' | 'data', tree: string, env: Record<string, string>, outDir: string): Promise<void> {
  const { startMib, sizeMib } = part(label);
  const file = join(outDir, `${label}.part`);
  rmSync(file, { force: true });
  await runCommand('truncate', ['-s', `${sizeMib}M`, file]);
  try {
    await runCommand('mkfs.ext4', ['-q', '-d', tree, '-L', label, '-U', IDS[label], '-E', `hash_seed=${IDS[label]},lazy_itable_init=0`, '-O', '^metadata_csum_seed,^orphan_file', ...(label === 'data' ? [] : ['-m', '0']), file], { env, timeoutSec: 300 });
  } catch (error) {
    const used = await runCommand('du', ['-sm', tree]);
    throw new Error(`${label}: ${Number.parseInt(used, 10)} MiB do not go into ${sizeMib} MiB`, { cause: error });
  }
  settleTimes(file, Number(env['SOURCE_DATE_EPOCH']));
  await place(file, disk, startMib);
}

async function place(file: string, disk: string, startMib: number): Promise<void> {
  await runCommand('dd', [`if=${file}`, `of=${disk}`, `bs=${MIB}`, `seek=${startMib}`, 'conv=notrunc,sparse'], { timeoutSec: 300 });
  rmSync(file);
}

/** What image/qemu needs beside the disk: kernel and RAM disk for a start without a boot loader, and the boot loader. */
export function writeQemuFiles(outDir: string, bootFolder: string, firmwareFile: string, facts: { readonly kernelRelease: string; readonly isTest: boolean }): void {
  mkdirSync(outDir, { recursive: true });
  copyFileSync(join(bootFolder, 'vmlinuz'), join(outDir, 'vmlinuz'));
  copyFileSync(join(bootFolder, 'initrd.img'), join(outDir, 'initrd.img'));
  copyFileSync(firmwareFile, join(outDir, 'u-boot.bin'));
  const kernelArguments = 'root=PARTLABEL=root-a ro console=ttyAMA0 loglevel=4 mitigations=off nokaslr panic=-1 systemd.show_status=no';
  writeFileSync(join(outDir, 'qemu.json'), `${JSON.stringify({ diskFile: 'disk.img', kernelFile: 'vmlinuz', initrdFile: 'initrd.img', kernelArguments, firmwareFile: 'u-boot.bin', ...facts }, null, 2)}\n`);
}
