import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes a qcow2 that holds only what differs from a raw image. */
export async function createOverlay(baseFile: string, overlayFile: string): Promise<void> {
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', baseFile, '-F', 'raw', overlayFile]);
}

/** Makes a raw ext4 image of a folder's content, of a fixed size: a snapshot of a machine wants the same size again. */
export async function createPayload(folder: string, file: string, megabytes: number): Promise<void> {
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', '-L', 'payload', '-d', folder, file, `${megabytes}M`], { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });
}
