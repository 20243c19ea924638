import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { toAppError } from '@scanlink/protocol';
import type { Session } from '@scanlink/firmware/session/session';
import { SessionStore } from '@scanlink/firmware/store/session-store';

// Helper of store.test.ts, run in a small file system of its own: fills it up and tells what the store made of it.
const dir = process.argv[2]!;
const file = join(dir, 'box.db');
const written = { nowMs: 1, bootMs: 1 };
const session = (sessionId: string, gapCount: number): Session => ({
  sessionId, examId: sessionId, examOpenedMs: 1, code: 'ABCD', input: 'main', simulated: true, startedMs: 1, sinceMs: 1, lastFrameMs: 1, mayGoOnUntilBootMs: 120_000, sinceMonoMs: 0, losses: [], dropsLinks: false, attempt: { step: 'none' },
  gaps: { newest: Array.from({ length: gapCount }, (_, index) => ({ startMs: index, endMs: index, reason: 'network-lost' as const })), count: gapCount, closedMs: 0 }, announced: null, location: null, error: null,
});
const codeOf = (work: () => void): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return toAppError(error).code;
  }
};

const store = SessionStore.open(file);
store.save('live', session('first', 0), 'boot-1', written);
const filler = openSync(join(dir, 'filler'), 'w');
try {
  for (;;) if (writeSync(filler, Buffer.alloc(4096, 1)) < 4096) break;
} catch {
  // full
}
closeSync(filler);
const start = codeOf(() => store.save('starting', session('second', 2000), 'boot-1', written));
const touch = codeOf(() => {
  for (let turn = 0; turn < 2000; turn += 1) store.touch({ ...session('first', 0), lastFrameMs: turn }, written);
});
const ended = codeOf(() => store.end(session('first', 0), 2)) === 'done';
const openAfterEnd = store.readOpen();
store.close();
const db = new Database(file);
process.stdout.write(`${JSON.stringify({ start, touch, integrity: db.pragma('integrity_check', { simple: true }), sessions: db.prepare('SELECT count(*) FROM sessions').pluck().get(), ended, openAfterEnd })}\n`);
