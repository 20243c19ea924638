import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { TestPublisher, TestViewer } from '../relay/peers.ts';
import { findFreeUdpPort } from '../relay/relay-process.ts';
import { ROOT_DIR, SESSION, SESSION_ID, TestHub, until } from './support/hub-process.ts';

// Helper of full-disk.test.ts, run in a small file system of its own (TMPDIR): a real hub and a real relay, with a picture
// from one to the other, while there is no room. Tells what it saw; judged by the test.
const SDP = 'application/sdp';
const OTHER_ID = '99999999-2222-4333-8444-555555555555';
const seen: Record<string, unknown> = {};
const hub = new TestHub();
const filler = join(hub.dir, 'filler');
const reserve = join(hub.dataDir, 'hub.db.reserve');
const peers: { close(): void }[] = [];

function fill(): void {
  const file = openSync(filler, 'a');
  for (let size = 4096; size >= 1; size /= 2) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 1));
    } catch {
      // full for this size
    }
  }
  closeSync(file);
}

async function connect<P extends TestPublisher | TestViewer>(peer: P, path: string, token: string): Promise<P> {
  peers.push(peer);
  const answer = await hub.request('POST', path, { token, type: SDP, body: await peer.offer() });
  if (answer.status !== 201) throw new Error(answer.text);
  peer.accept(answer.text);
  await peer.opened;
  return peer;
}

const codeOf = async (method: string, path: string, token: string, json: unknown): Promise<unknown> => {
  const { status, text } = await hub.request(method, path, { token, json });
  return status < 300 ? status : [status, (JSON.parse(text) as { code: string }).code];
};
const health = async (): Promise<unknown> => {
  const { status, json } = await hub.request('GET', '/health');
  return [status, json()['ok'], (json()['store'] as { full: boolean }).full];
};
const isFull = async (): Promise<boolean> => String(await health()).endsWith('true');

const box = await hub.addBox('box-1');
const relay = spawn(process.execPath, [join(ROOT_DIR, 'cloud/src/relay/main.ts'), '--run-dir', hub.runDir, '--udp-port', String(await findFreeUdpPort()), '--bind-address', '127.0.0.1'], { stdio: 'ignore' });
try {
  await hub.start();
  await hub.putSession(box);
  const link = await hub.makeLink(box);
  await until('relay up', async () => (await hub.request('GET', '/health')).text.includes('"up":true'));
  const publisher = await connect(new TestPublisher(createAccessUnits()), `/whip/${SESSION_ID}`, box);
  publisher.start();
  const viewer = await connect(new TestViewer(), `/whep/${SESSION_ID}`, link);
  await until('a picture', () => viewer.frames > 10);

  fill();
  await until('the hub says that its disk is full', isFull, 20_000);
  seen['health'] = await health();
  seen['session'] = await codeOf('PUT', `/api/v1/sessions/${OTHER_ID}`, box, SESSION);
  seen['link'] = await codeOf('POST', `/api/v1/sessions/${SESSION_ID}/links`, box, {});
  const before = viewer.frames;
  const late = await connect(new TestViewer(), `/whep/${SESSION_ID}`, link);
  await until('both see the picture go on', () => viewer.frames > before + 30 && late.frames > 30);

  await hub.stop('SIGKILL');
  const beforeRestart = viewer.frames;
  await hub.start();
  seen['killed'] = await health();
  await until('the picture goes on', () => viewer.frames > beforeRestart + 30);

  seen['end'] = await codeOf('POST', `/api/v1/sessions/${SESSION_ID}/end`, box, {});
  await until('the end is obeyed: nobody sees a picture any more', () => viewer.state === 'closed' && publisher.state === 'closed');

  rmSync(filler);
  await until('there is room again', async () => !(await isFull()), 20_000);
  seen['after'] = await health();
  seen['endAfter'] = await codeOf('POST', `/api/v1/sessions/${SESSION_ID}/end`, box, {});
  seen['sessionAfter'] = await codeOf('PUT', `/api/v1/sessions/${OTHER_ID}`, box, SESSION);
  seen['linkAfter'] = await codeOf('POST', `/api/v1/sessions/${OTHER_ID}/links`, box, {});
  seen['said'] = [/disk is full/.test(hub.log), /store is well again/.test(hub.log)];

  await hub.stop();
  fill();
  await hub.start();
  seen['reserveAfterStart'] = existsSync(reserve);
  seen['readOnFull'] = await codeOf('GET', `/api/v1/sessions/${OTHER_ID}/links`, box, undefined);
  rmSync(filler);
  await until('there is room again, and some of it is laid aside', async () => !(await isFull()) && existsSync(reserve), 20_000);
  seen['sessionAtLast'] = await codeOf('PUT', `/api/v1/sessions/${OTHER_ID}`, box, SESSION);
} finally {
  for (const peer of peers) peer.close();
  relay.kill('SIGKILL');
  await hub.close();
}
process.stdout.write(`\n${JSON.stringify(seen)}\n`);
process.exit(0);
