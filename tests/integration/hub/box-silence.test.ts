import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ControlServer } from '@scanlink/cloud/api/control/control-server';
import { PresenceBook } from '@scanlink/cloud/api/control/presence';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { WebSocket } from 'ws';
import { until } from '../../support/until.ts';

/** The hub's real end of the control channel with a clock that the test moves: how long it waits is a matter of the path, not of this machine. */
describe('hub: silence of a box', () => {
  let server: Server;
  let control: ControlServer;
  let presence: PresenceBook;
  let nowMs = 0;
  let ticks = 0;
  let socket: WebSocket;

  beforeEach(async () => {
    nowMs = 0;
    presence = new PresenceBook(() => undefined);
    const tick = presence.tick.bind(presence);
    presence.tick = (atMs) => {
      tick(atMs);
      ticks += 1;
    };
    control = new ControlServer({
      gate: { admitBox: async () => ({ boxId: 'box', name: 'Box', room: 'CT', tokenHash: '', disabledMs: null }) } as unknown as ConstructorParameters<typeof ControlServer>[0]['gate'],
      presence, logger: createLogger({ name: 'test', level: 'silent' }), hubVersion: 'test', relayEpoch: () => null, now: () => nowMs, wallNow: () => 0,
      onRefused: () => undefined, onIgnored: () => undefined, onSpeaker: () => undefined, onState: () => undefined,
    });
    server = createServer();
    server.on('upgrade', (request, stream, head) => control.handleUpgrade(request, stream, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    control.start();
  });
  afterEach(async () => {
    socket.terminate();
    await control.close();
    await new Promise((resolve) => { server.close(resolve); });
  });

  /** Says hello; answers pings when told to. */
  async function greet(): Promise<Buffer[]> {
    const pings: Buffer[] = [];
    socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/box/control`, { autoPong: false });
    socket.on('ping', (data: Buffer) => pings.push(data));
    await new Promise((resolve) => { socket.once('open', resolve); });
    socket.send(JSON.stringify({ ch: 'hello', v: 1, firmwareVersion: 'test', channels: ['clock'] }));
    await until('it is there', () => presence.of('box').connected);
    await until('the hub asks how far it is', () => pings.length > 0);
    return pings;
  }
  const looked = async (): Promise<void> => {
    const before = ticks;
    await until('the hub has looked', () => ticks >= before + 2);
  };
  const silentFor = async (ms: number): Promise<boolean> => {
    nowMs = presence.of('box').lastHeardMs + ms;
    await looked();
    return !presence.of('box').connected;
  };

  it('is borne for a second and a half on a near path, and while nothing is known of it', async () => {
    await greet();
    assert.equal(await silentFor(1500), false);
    assert.equal(await silentFor(1501), true);
  });

  it('is borne for six round trips on a far one, which the hub measures itself', async () => {
    const [ping] = await greet();
    nowMs = 600;
    const learnt: number[] = [];
    const measured = presence.measured.bind(presence);
    presence.measured = (boxId, rttMs) => {
      learnt.push(rttMs);
      measured(boxId, rttMs);
    };
    socket.pong(ping);
    await until('it is measured', () => learnt.length > 0);
    assert.deepEqual(learnt, [600]);
    // An answer that nobody asked for teaches nothing.
    nowMs = 1;
    socket.pong(ping);
    socket.send(JSON.stringify({ ch: 'clock', op: 'ping', id: 1, atMs: 1 }));
    await until('the ping after it has come', () => presence.of('box').lastHeardMs === 1);
    assert.deepEqual(learnt, [600]);
    assert.equal(await silentFor(3600), false);
    assert.equal(await silentFor(3601), true);
  });
});
