import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { KeepingJob } from './keeping-job.ts';

describe('removing old records at the hub', () => {
  for (const [name, fails] of [['asks the store with the wall clock, and says what went', false], ['a store that cannot is tried again another time, in one line', true]] as const) {
    it(name, async () => {
      const asked: number[] = [];
      const said: string[] = [];
      const done = Promise.withResolvers<void>();
      const note = (text: string): void => {
        said.push(text);
        done.resolve();
      };
      const logger = { info: (_fields: unknown, text: string) => note(text), warn: (_fields: unknown, text: string) => note(text) } as never;
      const forgetOld = async ({ nowMs }: { nowMs: number }): Promise<{ links: number; sessions: number; audit: number; ended: readonly string[] }> => {
        asked.push(nowMs);
        if (fails) throw new AppError('STO_FULL');
        return { links: 1, sessions: 0, audit: 0, ended: [] };
      };
      const job = new KeepingJob({ store: { forgetOld }, logger, wallNow: () => 77 });
      job.start(0);
      job.start(0);
      await done.promise;
      job.close();
      assert.deepEqual([asked, said], [[77], [fails ? 'old records stay' : 'old records removed']]);
    });
  }
});
