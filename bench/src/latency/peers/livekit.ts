import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../../scripts/lib/free-port.ts';

/** LiveKit 1.13.5 on loopback with playout delay 0/0: a WHIP server that is not ours. */
export interface LiveKit {
  readonly whipUrl: string;
  readonly wsUrl: string;
  readonly pid: number;
  /** JWT for one room. identity: a participant's name; a second POST with the same one replaces the first. */
  token(room: string, identity: string, grant: 'publish' | 'subscribe'): string;
  close(): Promise<void>;
}

/** Starts the server and waits until it answers. @throws Error with the last of its log when it does not within 15 s. */
export async function startLiveKit(binary: string): Promise<LiveKit> {
  const folder = await mkdtemp(join(tmpdir(), 'scanlink-livekit-'));
  const [port, udpPort] = [await findFreePort(), await findFreePort()];
  const key = 'bench';
  const secret = randomBytes(32).toString('hex');
  const config = {
    port, bind_addresses: ['127.0.0.1'], keys: { [key]: secret }, logging: { level: 'warn' },
    rtc: {
      // FFmpeg's whip muxer gives up when the answer names a TCP candidate first.
      tcp_port: 0, udp_port: udpPort, node_ip: '127.0.0.1', enable_loopback_candidate: true, use_external_ip: false,
      interfaces: { includes: ['lo'] }, ips: { includes: ['127.0.0.0/8'] }, stun_servers: [],
    },
    room: { auto_create: true, empty_timeout: 60, playout_delay: { enabled: true, min: 0, max: 0 } },
  };
  const configPath = join(folder, 'livekit.yaml');
  await writeFile(configPath, JSON.stringify(config), { mode: 0o600 });
  const child = spawn(binary, ['--config', configPath], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk: Buffer) => { log = (log + chunk.toString()).slice(-4000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const close = async () => { await stopChild(child); await rm(folder, { recursive: true, force: true }); };
  try {
    await waitForHttp(`http://127.0.0.1:${port}/`, 15_000, child);
  } catch (error) {
    await close();
    throw new Error(`LiveKit did not start: ${log}`, { cause: error });
  }
  return {
    whipUrl: `http://127.0.0.1:${port}/whip/v1`, wsUrl: `ws://127.0.0.1:${port}`, pid: child.pid as number, close,
    token: (room, identity, grant) => signToken(key, secret, identity, { room, roomJoin: true, canPublish: grant === 'publish', canSubscribe: grant === 'subscribe' }),
  };
}

/** LiveKit access token (JWT, HS256), valid for an hour. */
export function signToken(key: string, secret: string, identity: string, video: Readonly<Record<string, unknown>>, nowSeconds = Math.floor(Date.now() / 1000)): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: key, sub: identity, nbf: nowSeconds - 5, exp: nowSeconds + 3600, video })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** Ends a child with SIGTERM, after 3 s with SIGKILL. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

async function waitForHttp(url: string, timeoutMs: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
