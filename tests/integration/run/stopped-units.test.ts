import assert from 'node:assert/strict';
import { createChain, eventually, isLive } from '../../support/chain.ts';

/** The whole chain, and one process after the other stopped (SIGSTOP), as one that hangs. */
describe('./run: processes that hang', () => {
  let chain: Awaited<ReturnType<typeof createChain>>;
  let sessionId: string;

  before(async function () {
    this.timeout(60_000);
    chain = await createChain();
    await chain.system.start();
    sessionId = (await chain.system.waitFor(isLive, 30_000)).session!.sessionId;
  });

  after(async function () {
    this.timeout(30_000);
    await chain?.close();
  });

  for (const unit of ['media', 'hub-relay', 'hub-api', 'firmware']) {
    it(`${unit} is replaced, and the same session goes on`, async function () {
      this.timeout(90_000);
      const before = chain.system.pids()[unit]!;
      process.kill(before, 'SIGSTOP');
      await eventually(`another ${unit}`, () => { const now = chain.system.pids()[unit]; return now !== undefined && now !== before; }, 40_000);
      const status = await chain.system.waitFor((box) => isLive(box) && box.hub.connected, 40_000);
      assert.equal(status.session?.sessionId, sessionId);
      assert.ok(chain.messages.some((line) => line.includes(`[${unit}] no sign of life`)), chain.messages.join('\n'));
    });
  }
});
