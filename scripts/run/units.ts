import { join } from 'node:path';
import type { HeartbeatLimits } from './supervisor/heartbeat-watch.ts';
import type { UnitSpec } from './supervisor/supervisor.ts';
import { BUNDLES } from '../bundle.ts';
import { BOX_UNITS, MEDIA_LIMITS, PROCESS_ENV, STORE_LIMITS, type BoxPaths } from '../units/box-units.ts';
import type { RunArguments } from './arguments.ts';
import type { Layout } from './layout.ts';

/** The processes of box and hub, two of each. Hub first: box processes may wait for it, not need it. */
export function describeUnits(rootDir: string, layout: Layout, args: RunArguments, heartbeats = true, advertise: readonly string[] = []): { readonly hub: readonly UnitSpec[]; readonly box: readonly UnitSpec[] } {
  const env = { ...PROCESS_ENV, NODE_COMPILE_CACHE: layout.compileCacheDir };
  const node = (name: string, heartbeat: HeartbeatLimits, bundle: string, ...rest: readonly string[]): UnitSpec => ({
    name, command: process.execPath, args: ['--disable-warning=ExperimentalWarning', join(rootDir, bundle), ...rest], cwd: rootDir, restart: 'always', env, ...(heartbeats ? { heartbeat } : {}),
  });
  const paths: BoxPaths = { configFile: layout.configFile, mediaSocket: layout.mediaSocket, consolesDir: join(rootDir, 'board/consoles'), boardFile: null, groups: null };
  const host = '127.0.0.1';
  return {
    hub: [
      node('hub-relay', MEDIA_LIMITS, BUNDLES['cloud/src/relay/main.ts'], '--run-dir', layout.runDir, '--udp-port', String(args.port), '--bind-address', host, ...(advertise.length === 0 ? [] : ['--advertise', advertise.join(',')])),
      node('hub-api', STORE_LIMITS, BUNDLES['cloud/src/api/main.ts'], '--port', String(args.port), '--host', host, '--data', layout.hubDir, '--run-dir', layout.runDir, '--web-dir', join(rootDir, 'cloud/web/dist')),
    ],
    box: BOX_UNITS.map(({ name, heartbeat, bundle, args: words }) => node(name, heartbeat, `firmware/dist/${bundle}`, ...words(paths))),
  };
}
