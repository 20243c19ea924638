import assert from 'node:assert/strict';
import { ViewingKeeper, type ViewingKeeperDependencies } from './viewing-keeper.ts';

const viewing = (resourceId: string, linkHash: string, relayEpoch: string) => ({ resourceId, sessionId: 's', linkHash, expiresMs: 1000, relayEpoch });

function createKeeper(stored: Awaited<ReturnType<ViewingKeeperDependencies['store']['keepViewingsOf']>> = []) {
  const revoked: string[] = [];
  const removed: string[] = [];
  const clock = { nowMs: 0 };
  const keeper = new ViewingKeeper({
    store: { addViewing: async () => undefined, removeViewing: async ({ resourceId, reason }) => void removed.push(`${resourceId} ${reason}`), keepViewingsOf: async () => stored },
    logger: { warn: () => undefined } as never, now: () => clock.nowMs, limits: { viewingsOfLink: 8, viewingsOfSession: 8 }, onRevoked: (linkHash) => revoked.push(linkHash),
  });
  return { keeper, revoked, removed, clock, open: async (resourceId: string) => await keeper.open({ sessionId: 's', linkHash: 'a', expiresMs: 1000 }, async () => ({ resourceId })) };
}

describe('who is watching', () => {
  it('by an earlier relay is nobody any more; who watches by the present one stays', async () => {
    const { keeper, open } = createKeeper();
    await keeper.useEpoch('first');
    await open('r1');
    await keeper.useEpoch('first');
    assert.equal(keeper.countOfLink('a'), 1, 'the same relay after a moment of silence');
    await keeper.useEpoch('second');
    assert.equal(keeper.count, 0);
  });

  it('is known again after a restart, and by a link that was revoked meanwhile is to be ended', async () => {
    const { keeper, revoked } = createKeeper([{ ...viewing('r1', 'good', 'e'), revoked: false }, { ...viewing('r2', 'taken', 'e'), revoked: true }]);
    await keeper.useEpoch('e');
    assert.deepEqual([keeper.countOfLink('good'), revoked], [1, ['taken']]);
  });

  it('was ended by the link\'s end, or lost', async () => {
    const { keeper, removed, clock, open } = createKeeper();
    await keeper.useEpoch('e');
    await open('r1');
    await open('r2');
    keeper.dropped(['r1']);
    clock.nowMs = 1000;
    keeper.dropped(['r2']);
    assert.deepEqual([keeper.count, removed], [0, ['r1 lost', 'r2 link-expired']]);
  });
});
