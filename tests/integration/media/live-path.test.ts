import assert from 'node:assert/strict';
import { Patience } from '@scanlink/protocol/lib/patience';
import { LivePath } from '@scanlink/firmware/stream/path/live-path';
import { WhipClient } from '@scanlink/firmware/stream/whip/whip-client';
import { systemClock, type Clock } from '@scanlink/protocol/lib/clock';
import { FarEnd } from './far-end.ts';
import { createTarget } from './support.ts';
import { until } from '../../support/until.ts';

describe('a path to a far end', function () {
  this.timeout(30_000);

  for (const [rttMs, connectMs, clockMs] of [[1, 4000, 1500], [600, 6000, 3600], [5000, 15_000, 6000]] as const) {
    it(`of a round trip of ${rttMs} ms is given ${connectMs} ms to connect, and ${clockMs} for the first answer of its clock`, async () => {
      const waits: number[] = [];
      const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs(), monotonicMs: () => systemClock.monotonicMs(), every: (ms, step) => systemClock.every(ms, step), after: (ms, step) => {
        waits.push(ms);
        return systemClock.after(ms, step);
      } };
      const patience = new Patience();
      patience.measured(rttMs);
      const farEnd = new FarEnd({ answerPings: false });
      await farEnd.start();
      const nothing = (): void => undefined;
      const path = new LivePath(createTarget(farEnd.url), [], { clock, patience, events: { onKeyFrameWanted: nothing, onConfirmed: nothing, onFailed: nothing, onLost: nothing, onMeasurement: nothing, onEpoch: nothing } });
      try {
        const client = new WhipClient({ endpoint: farEnd.url, token: 'secret', allowedRedirectHosts: [] });
        path.acceptAnswer((await client.post(await path.createOffer())).sdp);
        assert.deepEqual([...waits], [connectMs]);
        await until('the clock is asked', () => (farEnd.peer?.pings.length ?? 0) > 0);
        assert.ok(waits.includes(clockMs), waits.join(' '));
      } finally {
        path.close();
        await farEnd.close();
      }
    });
  }
});
