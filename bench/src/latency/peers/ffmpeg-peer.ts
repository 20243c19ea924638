import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stopChild } from './livekit.ts';

export interface FfmpegPeerOptions {
  readonly peersDir: string;
  readonly whipUrl: string;
  readonly token: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
  readonly vbvKbit: number;
  readonly preset: string;
  readonly x264Params: string;
  readonly picturesPath: string;
  readonly threads: number;
}

/** FFmpeg as encoder and WHIP publisher, in a process of its own. */
export interface FfmpegPeer {
  readonly pid: number;
  /** The next picture becomes a key frame (FFmpeg's muxer answers no PLI). */
  forceKeyFrame(): void;
  encodeMsP50(): number | null;
  close(): Promise<void>;
}

/** Starts it and waits until the WHIP session stands. @throws Error with FFmpeg's words when it does not within 20 s. */
export async function startFfmpegPeer(options: FfmpegPeerOptions): Promise<FfmpegPeer> {
  const { peersDir, token, ...rest } = options;
  const child = spawn(process.execPath, [`${peersDir}/ffmpeg-feeder.ts`, JSON.stringify({ ...rest, tokenEnv: 'BENCH_WHIP_TOKEN' })], {
    stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, BENCH_WHIP_TOKEN: token },
  });
  child.stdin.on('error', () => undefined);
  let encodeMsP50: number | null = null;
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-3000); });
  const peer: FfmpegPeer = {
    pid: child.pid as number,
    forceKeyFrame: () => { child.stdin.write('key\n'); },
    encodeMsP50: () => encodeMsP50,
    close: async () => { child.stdin.end('stop\n'); await Promise.race([new Promise((resolve) => { child.once('exit', resolve); }), new Promise((resolve) => { setTimeout(resolve, 1500); })]); await stopChild(child); },
  };
  const started = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`FFmpeg's WHIP session did not start in 20 s: ${stderr}`)), 20_000);
    const settle = (run: () => void) => { clearTimeout(timer); run(); };
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as { event: string; message?: string; encodeMsP50?: number };
      if (message.event === 'publishing') settle(resolve);
      if (message.event === 'error') settle(() => reject(new Error(`${message.message}: ${stderr}`)));
      if (message.event === 'encoded') encodeMsP50 = message.encodeMsP50 ?? null;
    });
    child.once('exit', (code) => settle(() => reject(new Error(`FFmpeg's feeder ended (${code}): ${stderr}`))));
  });
  try {
    await started;
  } catch (error) {
    await peer.close();
    throw error;
  }
  return peer;
}
