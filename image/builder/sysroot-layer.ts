import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DebianState } from './debian.ts';

/** Headers and libraries that the addons are built against (scripts/build-native.sh --arm64). */
export const SYSROOT_PACKAGES = ['libc6-dev', 'libstdc++-14-dev', 'linux-libc-dev', 'libavcodec-dev', 'libavformat-dev', 'libavutil-dev', 'libavfilter-dev', 'libswscale-dev', 'libgdcm-dev', 'libfreetype-dev', 'libpng-dev'];

/** Trixie's arm64 libraries, unpacked: nothing is installed. */
export async function makeSysrootLayer(folder: string, mirror: string): Promise<void> {
  const apt = join(folder, 'apt');
  const state = await DebianState.open(apt, mirror);
  const sysroot = join(folder, 'sysroot');
  await state.unpackWithDependencies(SYSROOT_PACKAGES, sysroot);
  for (const name of ['lib', 'bin', 'sbin']) if (!existsSync(join(sysroot, name))) symlinkSync(`usr/${name}`, join(sysroot, name));
  for (const waste of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/bin', 'usr/sbin', 'usr/share/icons']) rmSync(join(sysroot, waste), { recursive: true, force: true });
  rmSync(apt, { recursive: true });
}
