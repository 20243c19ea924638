import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const rootDir = join(import.meta.dirname, '../../..');
const BASE = 'localhost/debian:trixie-slim';
const RESULT = 'localhost/scanlink-cross';
const MINUTE_MS = 60_000;

/** What a machine lacks for a container to be built in the way that the test does; '' when nothing. */
export function whyNoContainer(): string {
  if (process.getuid?.() !== 0) return 'buildah without user namespaces needs root';
  const missing = ['buildah', 'mmdebstrap', 'readelf'].filter((name) => !existsSync(join('/usr/bin', name)));
  return missing.length === 0 ? '' : `${missing.join(', ')} missing`;
}

/**
 * Builds Dockerfile.cross by buildah, as nobody's registry is asked for the base image: that one is made of Debian's packages.
 * Layers that did not change are kept in SCANLINK_CACHE. @returns the folder with the addons (hal/build/container).
 * @throws Error with the end of what buildah said.
 */
export function buildAddonsInContainer(): string {
  const home = join(process.env['SCANLINK_CACHE'] ?? join(homedir(), '.cache/scanlink'), 'container');
  mkdirSync(home, { recursive: true });
  const buildah = (minutes: number, ...args: readonly string[]): string => run('buildah', ['--storage-driver', 'overlay', '--root', join(home, 'storage'), '--runroot', join(home, 'run'), ...args], minutes);
  if (!buildah(1, 'images', '--format', '{{.Name}}:{{.Tag}}').split('\n').includes(BASE)) {
    const file = join(home, 'base.tar');
    run('mmdebstrap', ['--variant=minbase', '--aptopt=Dir::Cache::pkgcache ""', '--include=ca-certificates', 'trixie', file, debianSource()], 15);
    const container = buildah(1, 'from', 'scratch').trim();
    buildah(5, 'add', '-q', container, file, '/');
    buildah(5, 'commit', '-q', '--rm', container, BASE);
    rmSync(file);
  }
  buildah(45, 'bud', '--isolation', 'chroot', '--pull-never', '--layers', '--build-arg', `BASE=${BASE}`, '-f', 'Dockerfile.cross', '-t', RESULT, '.');
  const container = buildah(1, 'from', '--pull-never', RESULT).trim();
  const out = join(rootDir, 'hal/build/container');
  try {
    const mounted = buildah(1, 'mount', container).trim();
    rmSync(`${out}.part`, { recursive: true, force: true });
    cpSync(mounted, `${out}.part`, { recursive: true });
    rmSync(out, { recursive: true, force: true });
    renameSync(`${out}.part`, out);
  } finally {
    buildah(1, 'rm', container);
  }
  return out;
}

/** By the mirror that this machine's own apt uses. */
function debianSource(): string {
  const mirror = process.env['SCANLINK_DEBIAN_MIRROR'] ?? run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], 1).split('\n').find((line) => /^https?:.*\/debian\/?$/.test(line));
  if (mirror === undefined) throw new Error("this machine's apt names no mirror of Debian: set SCANLINK_DEBIAN_MIRROR");
  return `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror.replace(/\/$/, '')} trixie main`;
}

function run(program: string, args: readonly string[], minutes: number): string {
  try {
    return execFileSync(program, args, { cwd: rootDir, encoding: 'utf8', timeout: minutes * MINUTE_MS, maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout = '', stderr = '', status = null, signal = null } = error as { stdout?: string; stderr?: string; status?: number | null; signal?: string | null };
    throw new Error(`${program} ${args.slice(-3).join(' ')}: ${signal === null ? `exit ${status}` : `ended by ${signal}`}:\n${`${stdout}\n${stderr}`.slice(-3000)}`, { cause: error });
  }
}
