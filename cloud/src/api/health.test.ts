import assert from 'node:assert/strict';
import { AppError, type ErrorCode } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { HealthWatch } from './health.ts';

/** A store that answers as it is told, and a clock whose interval is called by the test. */
interface Bench { readonly watch: HealthWatch; readonly asked: boolean[]; readonly sick: string[]; fail: ErrorCode | null; probe(): Promise<void> }

function createWatch(): Bench {
  const asked: boolean[] = [];
  const sick: string[] = [];
  let tick: () => void = () => undefined;
  const clock = { every: (_intervalMs: number, callback: () => void) => { tick = callback; return { cancel: () => undefined }; } } as unknown as Clock;
  const bench: Bench = {
    fail: null, asked, sick,
    watch: new HealthWatch({
      clock, logger: createLogger({ name: 'test', level: 'silent' }), onSick: (error) => { sick.push(error instanceof AppError ? error.code : 'other'); },
      store: { probe: ({ write }) => { asked.push(write); return bench.fail === null ? Promise.resolve({ openSessions: 2 }) : Promise.reject(new AppError(bench.fail, { detail: 'x' })); } },
    }),
    async probe() {
      tick();
      await new Promise((resolve) => { setImmediate(resolve); });
    },
  };
  return bench;
}

describe('health of the hub\'s store', () => {
  const rows: readonly [ErrorCode | null, { ok: boolean; full: boolean }, sick: boolean][] = [
    [null, { ok: true, full: false }, false],
    ['STO_FULL', { ok: true, full: true }, false],
    ['STO_DAMAGED', { ok: false, full: false }, false],
    ['STO_BUSY', { ok: false, full: false }, false],
    ['BUG_UNEXPECTED', { ok: false, full: false }, true],
  ];
  for (const [code, state, sick] of rows) {
    it(`${code ?? 'an answer'}: ${JSON.stringify(state)}${sick ? ', and the process is replaced when it stays' : ''}; well again once it answers`, async () => {
      const bench = createWatch();
      await bench.watch.start();
      bench.fail = code;
      for (let index = 0; index < 20; index += 1) await bench.probe();
      assert.deepEqual(bench.watch.state, state);
      assert.deepEqual(bench.sick, sick ? ['BUG_UNEXPECTED'] : [], 'once');
      bench.fail = null;
      await bench.probe();
      assert.deepEqual([bench.watch.state, bench.watch.openSessions], [{ ok: true, full: false }, 2]);
    });
  }

  it('a failure that passes replaces nothing', async () => {
    const bench = createWatch();
    await bench.watch.start();
    for (let index = 0; index < 20; index += 1) {
      bench.fail = index % 4 === 3 ? null : 'BUG_UNEXPECTED';
      await bench.probe();
    }
    assert.deepEqual(bench.sick, []);
  });

  it('writes seldom while all is well, and each time while the disk is full', async () => {
    const bench = createWatch();
    await bench.watch.start();
    for (let index = 0; index < 20; index += 1) await bench.probe();
    assert.equal(bench.asked.filter(Boolean).length, 3);
    bench.fail = 'STO_FULL';
    for (let index = 0; index < 20; index += 1) await bench.probe();
    assert.ok(bench.asked.slice(-10).every(Boolean));
  });
});
