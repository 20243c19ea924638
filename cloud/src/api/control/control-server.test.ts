import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { BoxRecord } from '../../store/schema.ts';
import { CONTROL_PATH, ControlServer, type ControlServerDependencies } from './control-server.ts';

describe('upgrades whose token is being looked up', () => {
  it('are 64 at most: one more is asked to come again, and makes no look-up', async () => {
    let lookUps = 0;
    // The store is held up.
    const gate = { admitBox: () => {
      lookUps += 1;
      return new Promise<BoxRecord>(() => undefined);
    } };
    const server = new ControlServer({ gate, onRefused: () => undefined } as unknown as ControlServerDependencies);
    const knock = (): PassThrough => {
      const socket = new PassThrough();
      server.handleUpgrade({ url: CONTROL_PATH, headers: {}, socket: {} } as unknown as IncomingMessage, socket, Buffer.alloc(0));
      return socket;
    };
    const waiting = Array.from({ length: 64 }, knock);
    const refused = knock();
    let text = '';
    for await (const chunk of refused) text += String(chunk);
    assert.match(text, /^HTTP\/1\.1 503 .*\r\nRetry-After: \d/s);
    assert.match(text, /HUB_BUSY/);
    assert.equal(lookUps, 64);
    for (const each of waiting) each.destroy();
  });
});
