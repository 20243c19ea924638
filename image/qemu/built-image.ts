import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `image/build` leaves for QEMU beside the disk image, as `qemu.json`. Paths are relative to that file. */
export interface BuiltImage {
  /** Raw disk image; never written to by what is here: machines run on an overlay. */
  readonly diskFile: string;
  readonly kernelFile: string;
  readonly initrdFile: string;
  readonly kernelArguments: string;
  readonly kernelRelease: string;
  /** Boot loader, where the image is to be booted as on metal. */
  readonly firmwareFile: string | null;
  /** With the tests' way in. */
  readonly isTest: boolean;
}

/** @throws Error that says which file is missing. */
export function readBuiltImage(folder: string): BuiltImage {
  const file = join(folder, 'qemu.json');
  if (!existsSync(file)) throw new Error(`there is no image at ${folder}: run image/build first`);
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as BuiltImage;
  const image = {
    ...parsed, diskFile: join(folder, parsed.diskFile), kernelFile: join(folder, parsed.kernelFile), initrdFile: join(folder, parsed.initrdFile),
    firmwareFile: parsed.firmwareFile === null ? null : join(folder, parsed.firmwareFile),
  };
  for (const each of [image.diskFile, image.kernelFile, image.initrdFile]) if (!existsSync(each)) throw new Error(`the image at ${folder} lacks ${each}: run image/build again`);
  return image;
}
