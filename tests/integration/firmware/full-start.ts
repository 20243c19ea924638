import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NO_GAPS } from '@scanlink/firmware/session/gaps';
import { openRecords } from '@scanlink/firmware/store/open-records';

// Helper of broken-store.test.ts, run in a small file system of its own: opens the store while there is no room.
const dir = process.argv[2]!;
const file = join(dir, 'box.db');
const fill = (name: string): void => {
  const filler = openSync(join(dir, name), 'w');
  try {
    for (;;) if (writeSync(filler, Buffer.alloc(4096, 1)) < 4096) break;
  } catch {
    // full
  }
  closeSync(filler);
};
const look = (): unknown => {
  const { store, trouble, keeps } = openRecords(file, 0);
  const open = store.readOpen()?.state ?? null;
  store.close();
  return { trouble: trouble?.code ?? null, keeps, open };
};

const { store } = openRecords(file, 0);
store.save('live', {
  sessionId: 'a', examId: 'a', examOpenedMs: 1, code: 'ABCD', input: 'main', simulated: true, startedMs: 1, sinceMs: 1, sinceMonoMs: 0, losses: [], dropsLinks: false, lastFrameMs: 1, mayGoOnUntilBootMs: 1,
  gaps: NO_GAPS, attempt: { step: 'none' }, announced: null, location: null, error: null,
}, 'boot-1', { nowMs: 1, bootMs: 1 });
store.close();
fill('first');
const fromReserve = look();
if (existsSync(`${file}.reserve`)) rmSync(`${file}.reserve`);
fill('second');
const without = look();
rmSync(join(dir, 'first'));
const again = look();
process.stdout.write(`${JSON.stringify({ fromReserve, without, again })}\n`);
