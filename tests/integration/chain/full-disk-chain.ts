import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxStatus } from '@scanlink/protocol';
import { createChain, eventually, isLive } from '../../support/chain.ts';

// Helper of full-disk.test.ts, run in a small file system of its own: the whole chain on a disk that is full to the brim,
// each of its processes killed once. Prints what was seen as one line of JSON.
const dir = process.argv[2]!;
const UNITS = ['media', 'firmware', 'hub-relay', 'hub-api'] as const;
const LIMIT_MS = 40_000;
const seen: Record<string, unknown> = {};
const fillers: string[] = [];

/** Takes every byte that is left, also what a process gave back since. */
function fill(): void {
  const path = join(dir, `filler-${fillers.length}`);
  const file = openSync(path, 'w');
  fillers.push(path);
  for (let size = 65_536; size >= 1; size /= 2) {
    try {
      for (;;) if (writeSync(file, Buffer.alloc(size, 1)) < size) break;
    } catch {
      // Full for this size.
    }
  }
  closeSync(file);
}
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);

const { system, messages, close } = await createChain({ dataDir: dir });
try {
  await system.start();
  const { sessionId } = (await system.waitFor(isLive, LIMIT_MS)).session!;
  const flows = async (): Promise<BoxStatus> => {
    const before = await system.waitFor((box) => isLive(box) && box.hub.connected && box.session?.sessionId === sessionId, LIMIT_MS);
    return await system.waitFor((box) => isLive(box) && box.publisher!.framesSent !== before.publisher!.framesSent && box.publisher!.framesSent > 30, LIMIT_MS);
  };
  fill();
  await flows();
  for (const unit of UNITS) {
    fill();
    const before = system.pids()[unit]!;
    process.kill(before, 'SIGKILL');
    await eventually(`another ${unit}`, () => { const now = system.pids()[unit]; return now !== undefined && now !== before; }, LIMIT_MS);
    await flows().catch(async (error: unknown) => { throw new Error(`after ${unit}: ${JSON.stringify(await system.status())}`, { cause: error }); });
    seen[unit] = 'flows';
  }
  fill();
  seen['words'] = (await system.waitFor((box) => box.storeError !== undefined, LIMIT_MS)).storeError!.code;
  seen['stop'] = (await system.ask<{ state: string }>('session.stop', {})).state;
  seen['stopped'] = (await system.waitFor((box) => box.session === null && box.publisher === null, LIMIT_MS)).session;
  fill();
  seen['start'] = await system.ask('session.start', {}).then(() => 'started', codeOf);
  for (const filler of fillers) rmSync(filler);
  const again = await eventually('a session', () => system.ask<{ sessionId: string }>('session.start', {}).catch(() => null), LIMIT_MS);
  const whole = await system.waitFor((box) => isLive(box) && box.storeError === undefined, LIMIT_MS);
  seen['again'] = whole.session?.sessionId === again.sessionId && again.sessionId !== sessionId ? 'another session' : 'what?';
  await eventually('a viewing link', () => system.makeLink(again.sessionId).catch(() => null), LIMIT_MS);
  seen['health'] = (await eventually('a healthy hub', async () => { const answer = await fetch(`${system.hubUrl}/health`).catch(() => null); return answer?.ok ? answer : null; }, LIMIT_MS)).status;
} catch (error) {
  seen['error'] = `${(error as Error).message} ${messages.slice(-10).join(' | ')}`;
} finally {
  for (const filler of fillers) rmSync(filler, { force: true });
  await close();
}
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);
