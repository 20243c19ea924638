import { basename } from 'node:path';
import { runCheck, type CheckReport } from './run-check.ts';
import { AppError } from '@scanlink/protocol';
import type { RunArguments } from '../../../scripts/run/arguments.ts';
import type { LocalSystem } from '../../../scripts/run/system.ts';

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
    pids: () => {
      const pids = system.pids();
      const pid = (name: string): number => {
        const found = pids[name];
        if (found === undefined) throw new AppError('STR_MEDIA_DOWN');
        return found;
      };
      return { media: pid('media'), firmware: pid('firmware'), hub: [pid('hub-api'), pid('hub-relay')] };
    },
    startSession: async () => await system.startSession(),
    makeLink: (sessionId) => system.makeLink(sessionId),
    status: () => system.status(),
  });
}
