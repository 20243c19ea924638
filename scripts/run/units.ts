import { join } from 'node:path';
import type { UnitSpec } from './supervisor/supervisor.ts';
import { BUNDLES } from '../bundle.ts';
import type { RunArguments } from './arguments.ts';
import type { Layout } from './layout.ts';

/** The same processes that systemd starts on box and hub, two of each. Hub first: box processes may wait for it, not need it. */
export function describeUnits(rootDir: string, layout: Layout, args: RunArguments): { readonly hub: readonly UnitSpec[]; readonly box: readonly UnitSpec[] } {
  // Start-up and memory: compiled code is cached, glibc keeps two arenas, and short-lived objects get a small nursery.
  const env = { NODE_COMPILE_CACHE: layout.compileCacheDir, MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=1' };
  const node = (name: string, source: keyof typeof BUNDLES, ...rest: string[]): UnitSpec => ({
    name, command: process.execPath, args: ['--disable-warning=ExperimentalWarning', join(rootDir, BUNDLES[source]), ...rest], cwd: rootDir, restart: 'always', env,
  });
  const host = '127.0.0.1';
  return {
    hub: [
      node('hub-relay', 'cloud/src/relay/main.ts', '--run-dir', layout.runDir, '--udp-port', String(args.port), '--bind-address', host),
      node('hub-api', 'cloud/src/api/main.ts', '--port', String(args.port), '--host', host, '--data', layout.hubDir, '--run-dir', layout.runDir, '--web-dir', join(rootDir, 'cloud/web/dist')),
    ],
    box: [
      node('firmware', 'firmware/src/main.ts', '--config', layout.configFile),
      node('media', 'firmware/src/media/main.ts', '--socket', layout.mediaSocket),
    ],
  };
}
