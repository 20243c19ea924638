import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { rpcMethod } from '@scanlink/protocol/rpc/rpc-peer';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';
import { MediaReportSchema, type MediaDesired, type MediaReport } from '@scanlink/protocol';
import { CONDITIONS } from './conditions.ts';
import { stopChild } from './peers/livekit.ts';

/** The box's `media` process, publishing to a WHIP server that is not ours. */
export interface ForeignBox { readonly pid: number; encodeMsP50(): number | null; report(): MediaReport | null; close(): Promise<void> }

/**
 * Starts `media` with this process in firmware's place on media.sock, and waits until it is live at the foreign server.
 * @throws Error with the publisher's last word when it is not within 15 s.
 */
export async function startForeignBox(rootDir: string, target: { readonly whipUrl: string; readonly token: string }): Promise<ForeignBox> {
  const folder = await mkdtemp(join(tmpdir(), 'sl-foreign-'));
  const path = join(folder, 'media.sock');
  let newest: MediaReport | null = null;
  const server = new RpcServer({
    path, mode: 0o600, snapshot: () => describeDesired(folder, target),
    methods: { report: rpcMethod(MediaReportSchema, (report) => { newest = report; return {}; }) },
  });
  await server.start();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(rootDir, 'firmware/src/media/main.ts'), '--socket', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { log = (log + chunk.toString()).slice(-2000); });
  const box: ForeignBox = {
    pid: child.pid as number, report: () => newest, encodeMsP50: () => newest?.publisher?.encodeMsP50 ?? null,
    close: async () => { await stopChild(child); await server.close(); await rm(folder, { recursive: true, force: true }); },
  };
  const deadline = Date.now() + 15_000;
  while (box.report()?.publisher?.state !== 'live') {
    if (Date.now() > deadline || child.exitCode !== null || box.report()?.publisher?.state === 'refused') {
      const said = JSON.stringify(box.report()?.publisher?.error ?? null);
      await box.close();
      throw new Error(`media is not live at the foreign WHIP server: ${said}\n${log}`);
    }
    await sleep(50);
  }
  return box;
}

function describeDesired(folder: string, target: { readonly whipUrl: string; readonly token: string }): MediaDesired {
  const kbps = CONDITIONS.bitrateKbps;
  return {
    inputs: [{ name: 'main', driver: 'sim', source: 'phantom', timing: CONDITIONS.timing, pixelFormat: 'YUYV', timeCode: true }],
    publish: {
      sessionId: randomUUID(), sessionCode: 'ABCD', input: 'main', whipUrl: target.whipUrl, token: target.token,
      bitrateKbps: { start: kbps, min: kbps, max: kbps }, profile: 'constrained-baseline', playoutDelayZero: true, stripHostCandidates: false,
      clockChannel: false, allowedRedirectHosts: [], iceServers: [], useNamedIceServers: false, previousLocation: null,
    },
    encoder: { kind: 'x264' }, previewDir: null, stillDir: folder,
  };
}
