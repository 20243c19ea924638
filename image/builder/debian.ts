import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export const SUITE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const MIRROR_FINDER = join(import.meta.dirname, '../../scripts/find-debian-mirror.sh');

/** Debian's mirror that this machine uses. @throws Error when it uses none. */
export const findMirror = async (): Promise<string> => (await runCommand('bash', [MIRROR_FINDER])).trim();

export const sourceLine = (mirror: string, architectures: string): string => `deb [arch=${architectures} signed-by=${KEYRING}] ${mirror} ${SUITE} main`;

/** A package state of its own, for `arm64` alone: the machine's lists and packages stay as they are. */
export class DebianState {
  readonly folder: string;
  private readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = { APT_CONFIG: join(folder, 'apt.conf') };
  }

  /** @throws Error with apt's words when the mirror cannot be reached. */
  static async open(folder: string, mirror: string): Promise<DebianState> {
    for (const each of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, 'status'), '');
    writeFileSync(join(folder, 'sources.list'), `${sourceLine(mirror, 'arm64')}\n`);
    writeFileSync(join(folder, 'apt.conf'), [
      `Dir::State::Lists "${folder}/lists";`, `Dir::State::status "${folder}/status";`, `Dir::Cache "${folder}/cache";`, 'Dir::Cache::pkgcache "";',
      `Dir::Etc::SourceList "${folder}/sources.list";`, 'Dir::Etc::SourceParts "/dev/null";', 'APT::Architecture "arm64";', 'APT::Architectures { "arm64"; };',
      'APT::Install-Recommends "false";', 'Acquire::Languages "none";', 'APT::Sandbox::User "root";', 'Acquire::Retries "3";', '',
    ].join('\n'));
    const state = new DebianState(folder);
    await runCommand('apt-get', ['-q', 'update'], { env: state.env, timeoutSec: 300 });
    return state;
  }

  /** The package's name and version that a meta package depends on first, e.g. of linux-image-arm64. */
  async firstDependency(metaPackage: string): Promise<string> {
    const text = await runCommand('apt-cache', ['depends', '--important', metaPackage], { env: this.env });
    const name = /^\s*\|?Depends: ([a-z0-9][a-z0-9.+-]*)/m.exec(text)?.[1];
    if (name === undefined) throw new Error(`Debian's ${SUITE} says nothing of ${metaPackage}`);
    return name;
  }

  async versionOf(name: string): Promise<string> {
    const version = /^Version: (.+)$/m.exec(await runCommand('apt-cache', ['show', '--no-all-versions', name], { env: this.env }))?.[1];
    if (version === undefined) throw new Error(`Debian's ${SUITE} has no package ${name}`);
    return version;
  }

  /** Unpacks packages, without what they depend on, into `target`. */
  async unpack(names: readonly string[], target: string): Promise<void> {
    const folder = join(this.folder, 'download');
    mkdirSync(folder, { recursive: true });
    await runCommand('apt-get', ['-q', 'download', ...names], { cwd: folder, env: this.env, timeoutSec: 900 });
    await unpackAll(folder, target);
  }

  /** Unpacks packages and all that they depend on. */
  async unpackWithDependencies(names: readonly string[], target: string): Promise<void> {
    await runCommand('apt-get', ['-q', '--yes', '--download-only', 'install', ...names], { env: this.env, timeoutSec: 900 });
    await unpackAll(join(this.folder, 'cache/archives'), target);
  }
}

async function unpackAll(folder: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const deb of readdirSync(folder).filter((each) => each.endsWith('.deb')).toSorted()) await runCommand('dpkg-deb', ['-x', join(folder, deb), target]);
}

/** Package names of a list file: one a line, `#` begins a reason. */
export function readPackageList(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
}
