import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Started at boot. */
const WANTED = {
  'multi-user.target': ['scanlink-firmware.service', 'scanlink-media.service', 'NetworkManager.service'],
  'sysinit.target': ['systemd-timesyncd.service', 'scanlink-clock-floor.service'],
} as const;
const WANTED_IN_TESTS = ['scanlink-test-agent.service'];

/**
 * Never started. No login anywhere: a scanner is a keyboard, and what it reads is a patient's number. What else is masked
 * does nothing on a read-only root, or costs seconds of each boot.
 */
export const MASKED = [
  'getty.target', 'getty@.service', 'serial-getty@.service', 'console-getty.service', 'container-getty@.service', 'autovt@.service', 'getty-static.service',
  'ctrl-alt-del.target', 'emergency.service', 'rescue.service', 'systemd-logind.service', 'systemd-hwdb-update.service', 'systemd-firstboot.service',
  'systemd-machine-id-commit.service', 'systemd-update-done.service', 'ldconfig.service', 'systemd-ask-password-console.path', 'systemd-ask-password-wall.path', 'systemd-vconsole-setup.service',
  'NetworkManager-wait-online.service', 'systemd-networkd-wait-online.service', 'systemd-networkd.service', 'systemd-networkd.socket', 'systemd-resolved.service', 'fstrim.timer', 'e2scrub_all.timer', 'e2scrub_reap.service', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'systemd-sysext.service', 'systemd-ssh-generator',
] as const;

/** Links of systemd: what starts, what never does. */
export function linkUnits(root: string, isTest: boolean): void {
  const etc = join(root, 'etc/systemd/system');
  for (const [target, units] of Object.entries(WANTED)) for (const unit of units) want(root, target, unit);
  if (isTest) for (const unit of WANTED_IN_TESTS) want(root, 'multi-user.target', unit);
  mkdirSync(etc, { recursive: true });
  for (const unit of MASKED) link('/dev/null', join(etc, unit));
  link('/usr/lib/systemd/system/multi-user.target', join(etc, 'default.target'));
  // A generator that would listen on a socket of the virtual machine for ssh.
  mkdirSync(join(root, 'etc/systemd/system-generators'), { recursive: true });
  for (const generator of ['systemd-ssh-generator', 'systemd-getty-generator', 'systemd-debug-generator', 'systemd-gpt-auto-generator']) link('/dev/null', join(root, 'etc/systemd/system-generators', generator));
  link('/run/NetworkManager/resolv.conf', join(root, 'etc/resolv.conf'));
}

function want(root: string, target: string, unit: string): void {
  if (!existsSync(join(root, 'usr/lib/systemd/system', unit))) throw new Error(`the image has no unit ${unit}`);
  const folder = join(root, 'etc/systemd/system', `${target}.wants`);
  mkdirSync(folder, { recursive: true });
  link(`/usr/lib/systemd/system/${unit}`, join(folder, unit));
}

function link(target: string, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path, { recursive: true });
  symlinkSync(target, path);
}
