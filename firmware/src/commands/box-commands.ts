import { AppError, CAPTURE_DRIVERS, StillResultSchema, toAppError, type BoxStatus, type SessionView, type StillRequest, type StillResult } from '@scanlink/protocol';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '@scanlink/protocol/lib/clock';
import type { BoxConfig } from '../config/schema.ts';
import type { Announcer } from '../hub/announcer.ts';
import type { HubRest } from '../hub/hub-rest.ts';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { toSessionView, type Machine } from '../session/session.ts';
import type { SessionService } from '../session/session-service.ts';
import type { BoxCommands } from '../sockets/box-methods.ts';
import type { MediaLink } from '../sockets/media-link.ts';
import type { KeptRecords } from '../store/kept-records.ts';
import type { StoreWatch } from '../store/store-watch.ts';
import type { Waiters } from './waiters.ts';

/** A link is asked for when the hub knows the session, at the latest after this. */
const LINK_WAIT_MS = 4000;
/** A person's stop is answered when media has let go, at the latest after this. */
const STOP_WAIT_MS = 3000;

export interface BoxCommandDeps {
  readonly config: BoxConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionService;
  readonly media: MediaLink;
  readonly announcer: Announcer;
  readonly rest: HubRest;
  readonly store: StoreWatch;
  readonly records: Pick<KeptRecords, 'addStill'>;
  readonly waiters: Waiters;
  readonly status: () => BoxStatus;
}

const isIdle = (machine: Machine): boolean => machine.state === 'idle';

/** What somebody at the box, or a support engineer, may ask of it. */
export function createBoxCommands(deps: BoxCommandDeps): BoxCommands {
  const { sessions } = deps;
  return {
    status: deps.status,
    startSession: async (input) => startSession(deps, input),
    resumeSession: async () => {
      sessions.resume();
      return toSessionView(sessions.machine)!;
    },
    stopSession: async () => await stopSession(deps),
    takeStill: async (request) => await takeStill(deps, request),
    makeLink: async () => await deps.rest.makeLink(await requireSession(deps)),
    listLinks: async () => await deps.rest.listLinks(await requireSession(deps)),
    revokeLinks: async (linkId) => await deps.rest.revokeLinks(await requireSession(deps), linkId),
  };
}

function startSession({ config, sessions, store }: BoxCommandDeps, input: string | undefined): SessionView {
  store.requireKeeping();
  const name = input ?? config.defaultInput;
  const found = config.inputs.find((each) => each.name === name);
  if (!found) throw new AppError('DEV_UNKNOWN_INPUT', { input: name, inputs: config.inputs.map((each) => each.name).join(', ') });
  sessions.startSession(name, CAPTURE_DRIVERS[found.driver].simulated);
  store.decided();
  return toSessionView(sessions.machine)!;
}

async function stopSession({ clock, sessions, media, announcer, waiters }: BoxCommandDeps): Promise<SessionView> {
  const before = toSessionView(sessions.machine);
  announcer.cancel();
  sessions.stop();
  if (!media.status.connected) sessions.tell({ type: 'media-gone' });
  await waiters.waitFor(isIdle, STOP_WAIT_MS);
  const after = toSessionView(sessions.machine);
  if (after?.sessionId === before?.sessionId) return after!;
  const { error: _over, ...ended } = before!;
  return { ...ended, state: 'idle', sinceMs: clock.nowMs() };
}

/** The session whose links are meant. @throws STR_NO_LINKS, STR_NO_SESSION. */
async function requireSession({ config, sessions, waiters }: BoxCommandDeps): Promise<string> {
  if (config.whip) throw new AppError('STR_NO_LINKS');
  // Just started, the hub hears of it now.
  await waiters.waitFor((machine) => machine.state !== 'starting' || machine.session.announced !== null, LINK_WAIT_MS);
  const { machine } = sessions;
  if (machine.state === 'idle') throw new AppError('STR_NO_SESSION');
  return machine.session.sessionId;
}

async function takeStill({ clock, logger, sessions, media, records }: BoxCommandDeps, request: StillRequest): Promise<StillResult> {
  const { machine } = sessions;
  const still = await media.request('still', request, StillResultSchema);
  try {
    records.addStill({ file: basename(still.path), sessionId: machine.state === 'idle' ? null : machine.session.sessionId, takenMs: clock.nowMs(), bytes: statSync(still.path).size });
  } catch (error) {
    // The picture is there; whoever keeps the folder writes it down later, without its session.
    logger.warn({ code: toAppError(error).code }, 'still not written down');
  }
  return still;
}
