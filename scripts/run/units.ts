import { join } from 'node:path';
import type { HeartbeatLimits } from './supervisor/heartbeat-watch.ts';
import type { UnitSpec } from './supervisor/supervisor.ts';
import { BUNDLES } from '../bundle.ts';
import type { RunArguments } from './arguments.ts';
import type { Layout } from './layout.ts';

/** A picture that stands still is seen at once; three beats missed. */
const MEDIA_LIMITS: HeartbeatLimits = { silentSeconds: 3, startSeconds: 20 };
/** Pictures go on without them, and a slow disk may hold them up for some seconds. */
const STORE_LIMITS: HeartbeatLimits = { silentSeconds: 10, startSeconds: 20 };

/** The processes of box and hub, two of each. Hub first: box processes may wait for it, not need it. */
export function describeUnits(rootDir: string, layout: Layout, args: RunArguments, heartbeats = true, advertise: readonly string[] = []): { readonly hub: readonly UnitSpec[]; readonly box: readonly UnitSpec[] } {
  // Start-up and memory: compiled code is cached, glibc keeps two arenas, and short-lived objects get a small nursery.
  const env = { NODE_COMPILE_CACHE: layout.compileCacheDir, MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=1' };
  const node = (name: string, heartbeat: HeartbeatLimits, source: keyof typeof BUNDLES, ...rest: string[]): UnitSpec => ({
    name, command: process.execPath, args: ['--disable-warning=ExperimentalWarning', join(rootDir, BUNDLES[source]), ...rest], cwd: rootDir, restart: 'always', env, ...(heartbeats ? { heartbeat } : {}),
  });
  const host = '127.0.0.1';
  return {
    hub: [
      node('hub-relay', MEDIA_LIMITS, 'cloud/src/relay/main.ts', '--run-dir', layout.runDir, '--udp-port', String(args.port), '--bind-address', host, ...(advertise.length === 0 ? [] : ['--advertise', advertise.join(',')])),
      node('hub-api', STORE_LIMITS, 'cloud/src/api/main.ts', '--port', String(args.port), '--host', host, '--data', layout.hubDir, '--run-dir', layout.runDir, '--web-dir', join(rootDir, 'cloud/web/dist')),
    ],
    box: [
      node('firmware', STORE_LIMITS, 'firmware/src/main.ts', '--config', layout.configFile, '--consoles', join(rootDir, 'board/consoles')),
      node('media', MEDIA_LIMITS, 'firmware/src/media/main.ts', '--socket', layout.mediaSocket),
    ],
  };
}
