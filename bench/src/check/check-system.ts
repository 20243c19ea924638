import { basename } from 'node:path';
import { runCheck, type CheckReport } from './run-check.ts';
import type { RunArguments } from '../../../scripts/run/arguments.ts';
import type { LocalSystem } from '../../../scripts/run/system.ts';
import type { SystemPids } from '../measure/system-load.ts';

const DEFAULT_SECONDS = 10;
const START_TIMEOUT_MS = 20_000;

/** `./run --check` on a system that was started without a session. @throws as runCheck; STR_NOT_READY when it does not come up. */
export async function checkSystem(system: LocalSystem, args: RunArguments): Promise<CheckReport> {
  await system.waitFor((box) => box.hub.connected && box.media.connected && box.inputs.some((input) => input.signal === 'locked'), START_TIMEOUT_MS);
  return await runCheck({
    // The file's name only: a path tells too much of the machine.
    source: basename(args.source),
    timing: args.timing,
    seconds: args.seconds ?? DEFAULT_SECONDS,
    controlSocket: system.layout.controlSocket,
    pids: () => pidsOf(system),
    startSession: async () => await system.startSession(),
    makeLink: (sessionId) => system.makeLink(sessionId),
    status: () => system.status(),
  });
}

/** @throws Error when a process is not running. */
export function pidsOf(system: LocalSystem): SystemPids {
  return { media: pidOf(system, 'media'), firmware: pidOf(system, 'firmware'), hub: hubPidsOf(system) };
}

export function hubPidsOf(system: LocalSystem): number[] {
  return [pidOf(system, 'hub-api'), pidOf(system, 'hub-relay')];
}

function pidOf(system: LocalSystem, name: string): number {
  const pid = system.pids()[name];
  if (pid === undefined) throw new Error(`${name} is not running`);
  return pid;
}
