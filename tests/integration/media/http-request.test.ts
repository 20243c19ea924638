import assert from 'node:assert/strict';
import dns from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendHttp } from '@scanlink/firmware/lib/http-request';

describe('one request of the box', function () {
  this.timeout(30_000);
  const { lookup } = dns;
  afterEach(() => { dns.lookup = lookup; });

  it('on a far path is given eight of its round trips, where that is longer than its limit', async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end('late'), 3000));
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    // What the box measures is the time until TCP is there, a name's look-up in it: so a far path can be had on one machine.
    dns.lookup = ((...call: Parameters<typeof lookup>) => setTimeout(() => lookup(...call), 500)) as unknown as typeof lookup;
    try {
      const call = { method: 'POST', url: new URL(`http://localhost:${(server.address() as AddressInfo).port}/`), headers: {}, connectTimeoutMs: 2000, timeoutMs: 2000 } as const;
      const { body, rttMs } = await sendHttp(call);
      assert.equal(body, 'late');
      assert.ok(rttMs >= 490, String(rttMs));
      dns.lookup = lookup;
      await assert.rejects(sendHttp({ ...call, url: new URL(call.url.href.replace('localhost', '127.0.0.1')) }), (error: { code?: string; context?: { detail?: string } }) => error.code === 'STR_HUB_UNREACHABLE' && error.context?.detail === 'no answer');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
