import assert from 'node:assert/strict';
import type { HubMetrics } from './metrics.ts';
import { OpsServer } from './ops-server.ts';

describe('metrics for the operator', () => {
  it('are gathered once a second at most, however often they are asked for', async () => {
    let nowMs = 0;
    let gathered = 0;
    const metrics = { contentType: 'text/plain', render: async () => `gathered ${(gathered += 1)}` } as unknown as HubMetrics;
    const server = new OpsServer({ metrics, describe: () => ({}), health: () => ({}), now: () => nowMs });
    const port = await server.listen(0);
    const ask = async (): Promise<string> => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    try {
      assert.deepEqual([...await Promise.all([ask(), ask()]), await ask()], ['gathered 1', 'gathered 1', 'gathered 1']);
      nowMs = 1000;
      assert.equal(await ask(), 'gathered 2');
    } finally {
      await server.close();
    }
  });
});
