import assert from 'node:assert/strict';
import { createChain, eventually, isLive } from '../../support/chain.ts';

describe('chain: an input is opened anew', () => {
  it('by ./scanlink input restart: exam, session, stream and both processes stay', async function () {
    this.timeout(90_000);
    const { system, close } = await createChain();
    try {
      await system.start();
      const before = await system.waitFor((box) => isLive(box) && (box.inputs[0]?.framesCaptured ?? 0) > 100, 40_000);
      const pids = system.pids();
      assert.deepEqual(await system.ask('input.restart', { input: 'main' }), {});
      const after = await system.waitFor((box) => isLive(box) && (box.inputs[0]?.framesCaptured ?? Infinity) < before.inputs[0]!.framesCaptured && box.inputs[0]?.signal === 'locked', 20_000);
      assert.deepEqual([after.session?.sessionId, after.exam, after.session?.gapCount, after.publisher?.location, system.pids()], [before.session?.sessionId, before.exam, before.session?.gapCount, before.publisher?.location, pids]);
      const sent = after.publisher!.framesSent;
      await eventually('more pictures on the same stream', async () => ((await system.status())?.publisher?.framesSent ?? 0) > sent + 20);
      await assert.rejects(system.ask('input.restart', { input: 'none' }), { code: 'DEV_UNKNOWN_INPUT' });
    } finally {
      await close();
    }
  });
});
