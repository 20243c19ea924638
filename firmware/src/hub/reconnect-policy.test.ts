import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { connected, FIRST_RECONNECT, planReconnect, type LossCause, type ReconnectState } from './reconnect-policy.ts';

const lose = (state: ReconnectState, cause: LossCause, nowMs: number, random = 1, askedMs = 0): ReturnType<typeof planReconnect> => planReconnect(state, { cause, nowMs, random, askedMs });

describe('reconnect policy', () => {
  it('doubles from 100 ms to 1.5 s, also when each attempt is welcomed and thrown out at once', () => {
    let state = FIRST_RECONNECT;
    const delays = [0, 1, 2, 3, 4, 5].map((second) => {
      const plan = lose(connected(state, second * 1000), 'path', second * 1000 + 10);
      state = plan.state;
      return plan.delayMs;
    });
    assert.deepEqual(delays, [100, 200, 400, 800, 1500, 1500]);
    assert.equal(lose(connected(state, 10_000), 'path', 15_000).delayMs, 100, 'a connection that held');
  });

  it('waits as long as the hub asks', () => assert.equal(lose(FIRST_RECONNECT, 'path', 0, 0, 7000).delayMs, 7000));
  it('does not hurry after a refusal', () => {
    for (const random of [0, 1]) assert.equal(lose(FIRST_RECONNECT, 'refused', 0, random).delayMs, 5000 + 5000 * random);
  });

  it('waits half a minute after 4409, doubled while it recurs, and forgets a quarrel that is over', () => {
    let state = FIRST_RECONNECT;
    let nowMs = 0;
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const plan = lose(connected(state, nowMs), 'replaced', nowMs + 1000, 0);
      waits.push(plan.delayMs / 1000);
      state = plan.state;
      nowMs += 1000 + plan.delayMs;
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 600, 600]);
    assert.equal(lose(state, 'replaced', nowMs + 4 * 600_000, 0).delayMs, 30_000);
    assert.equal(lose(FIRST_RECONNECT, 'replaced', 0, 1).delayMs, 45_000);
  });

  it('two boxes with one identity connect at most 20 times in the first hour, whatever the jitter', () => {
    fc.assert(fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (randoms) => {
      const draw = (): number => randoms.next().value as number;
      const boxes = [{ state: FIRST_RECONNECT, atMs: 0 }, { state: FIRST_RECONNECT, atMs: 5 }];
      let speaker: number | null = null;
      let connections = 0;
      for (;;) {
        // Whoever connects next throws the other out.
        const next = boxes[0]!.atMs <= boxes[1]!.atMs ? 0 : 1;
        const { atMs } = boxes[next]!;
        if (atMs > 3_600_000) break;
        connections += 1;
        boxes[next] = { state: connected(boxes[next]!.state, atMs), atMs: Number.POSITIVE_INFINITY };
        if (speaker !== null && speaker !== next) {
          const plan = lose(boxes[speaker]!.state, 'replaced', atMs, draw());
          boxes[speaker] = { state: plan.state, atMs: atMs + plan.delayMs };
        }
        speaker = next;
      }
      assert.ok(connections <= 20, String(connections));
    }), { numRuns: 200 });
  });
});
