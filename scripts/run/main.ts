// Composition root of `./run`: starts hub and box on this machine, says where to look, stops all on Ctrl-C.
import { join } from 'node:path';
import type { RunArguments } from './arguments.ts';
import { launch, say } from './launch.ts';
import type { LocalSystem } from './system.ts';
import { announcementLines } from './words.ts';

const READY_TIMEOUT_MS = 30_000;

async function announce(system: LocalSystem, args: RunArguments): Promise<undefined> {
  // The hub too: a suspended session is there at once, long before the hub can make a link to it.
  const status = await system.waitFor((box) => box.hub.connected && (box.session?.state === 'live' || box.session?.state === 'suspended'), READY_TIMEOUT_MS);
  const session = status.session!;
  // One that was suspended before the hub ever heard of it has nothing to look at yet.
  const viewerUrl = await system.makeLink(session.sessionId).catch((error: unknown) => {
    if (session.state === 'suspended') return null;
    throw error;
  });
  const startedAt = Number(process.env['STARTED_AT'] ?? Date.now());
  const defaultDataDir = join(process.env['CALLED_FROM'] ?? process.cwd(), '.data');
  for (const line of announcementLines({ hubUrl: system.hubUrl, viewerUrl, readyMs: Date.now() - startedAt, session, args, defaultDataDir })) say(line);
}

launch(announce);
