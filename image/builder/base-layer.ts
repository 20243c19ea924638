import { appendFileSync, chmodSync, copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUITE, sourceLine } from './debian.ts';
import { runCommand } from './run-command.ts';

/** Debian's packages laid out by mmdebstrap, none of their scripts run. About 90 s. */
export async function makePackagesLayer(folder: string, mirror: string, packages: readonly string[]): Promise<void> {
  await runCommand('mmdebstrap', [
    '--mode=root', '--variant=extract', '--architectures=arm64', `--include=${packages.join(',')}`,
    '--aptopt=Acquire::Retries "3"', '--dpkgopt=path-exclude=/usr/share/man/*', SUITE, join(folder, 'root'), sourceLine(mirror, 'arm64'),
  ], { timeoutSec: 1200 });
  await finish(join(folder, 'root'));
}

/** What the packages' own scripts would have done, as far as this box needs it. */
async function finish(root: string): Promise<void> {
  const at = (...parts: string[]): string => join(root, ...parts);
  for (const name of ['bin', 'sbin', 'lib']) if (!existsSync(at(name))) symlinkSync(`usr/${name}`, at(name));
  copyFileSync(at('usr/share/base-passwd/passwd.master'), at('etc/passwd'));
  copyFileSync(at('usr/share/base-passwd/group.master'), at('etc/group'));
  // No password opens anything: a star in each place, and no program that asks for one.
  edit(at('etc/passwd'), (text) => text.replaceAll(/^([^:]+):[^:]*:/gm, '$1:x:').replace(/^root:x:(.*):[^:]*$/m, 'root:x:$1:/usr/sbin/nologin'));
  edit(at('etc/group'), (text) => text.replaceAll(/^([^:]+):[^:]*:/gm, '$1:x:'));
  writeLocked(at('etc/shadow'), names(at('etc/passwd')).map((name) => `${name}:*:20000::::::`));
  writeLocked(at('etc/gshadow'), names(at('etc/group')).map((name) => `${name}:*::`));
  const nss = 'usr/share/libc-bin/nsswitch.conf';
  if (existsSync(at(nss))) copyFileSync(at(nss), at('etc/nsswitch.conf'));
  writeFileSync(at('etc/shells'), '/bin/sh\n/bin/bash\n');
  // Nobody logs in: systemd's services alone ask PAM.
  mkdirSync(at('etc/pam.d'), { recursive: true });
  for (const name of ['account', 'auth', 'password', 'session', 'session-noninteractive']) writeFileSync(at('etc/pam.d', `common-${name}`), `${name.split('-')[0]} required pam_${name === 'auth' || name === 'password' ? 'deny' : 'permit'}.so\n`);
  for (const [link, target] of [['usr/bin/sh', 'dash'], ['usr/bin/awk', 'mawk']] as const) if (!isThere(at(link))) symlinkSync(target, at(link));
  // The certificates that ca-certificates' script would have put together.
  mkdirSync(at('etc/ssl/certs'), { recursive: true });
  const bundle = at('etc/ssl/certs/ca-certificates.crt');
  writeFileSync(bundle, '');
  const certificates = at('usr/share/ca-certificates/mozilla');
  for (const file of readdirSync(certificates).toSorted()) appendFileSync(bundle, readFileSync(join(certificates, file)));
  if (existsSync(at('etc/ld.so.conf.d'))) await runCommand('/sbin/ldconfig', ['-r', root]).catch(() => undefined);
  for (const waste of ['usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/i18n', 'usr/share/lintian', 'usr/share/bug', 'var/cache/apt', 'var/lib/apt', 'usr/lib/aarch64-linux-gnu/gconv', 'usr/share/zoneinfo/right']) rmSync(at(waste), { recursive: true, force: true });
  // Of documents the licences stay.
  for (const entry of readdirSync(at('usr/share/doc'))) {
    const doc = at('usr/share/doc', entry);
    if (!lstatSync(doc).isDirectory()) continue;
    for (const file of readdirSync(doc)) if (!/^(copyright|NOTICE)/.test(file)) rmSync(join(doc, file), { recursive: true, force: true });
  }
}

/** Users and groups of the packages and of ours, by the sysusers files that lie in the tree. */
export async function makeUsers(root: string): Promise<void> {
  const folder = join(root, 'usr/lib/sysusers.d');
  // A word of newer systemd ("u!": locked) that this machine's may not know; all of ours are locked by their star.
  for (const file of readdirSync(folder)) edit(join(folder, file), (text) => text.replaceAll(/^u!/gm, 'u '));
  await runCommand('systemd-sysusers', [`--root=${root}`]);
}

/** Lays a folder over the tree; ownership is root's. */
export function layOver(source: string, root: string): void {
  cpSync(source, root, { recursive: true, verbatimSymlinks: true, force: true, filter: (from) => !from.endsWith('.md') });
}

const names = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\n').map((line) => line.split(':', 1)[0] ?? '').filter((name) => name !== '');

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function writeLocked(file: string, lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o600);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
