import type { AccessUnit, OutputStats } from '@scanlink/hal/native/native';
import type { LiveEncoder, LiveEncoderOptions, LiveSource } from '@scanlink/firmware/stream/live-encoder';
import type { PublishTarget } from '@scanlink/protocol';

/** A request's whole body. */
export async function readBody(request: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

export function createTarget(whipUrl: string, change: Partial<PublishTarget> = {}): PublishTarget {
  return {
    sessionId: '11111111-2222-4333-8444-555555555555', sessionCode: 'ABCD', input: 'main', whipUrl, token: 'secret',
    bitrateKbps: { start: 2000, min: 300, max: 4000 }, profile: 'constrained-baseline', playoutDelayZero: true, stripHostCandidates: true,
    clockChannel: true, allowedRedirectHosts: [], iceServers: [], useNamedIceServers: false, previousLocation: null, ...change,
  };
}

/** A live source that plays encoded pictures at 30 a second; a forced key frame begins the material anew. */
export class PlayedSource implements LiveSource {
  readonly failure = null;
  readonly opened: LiveEncoderOptions[] = [];
  readonly bitrates: number[] = [];
  readonly forcedMs: number[] = [];
  /** Capture time stamps of the units handed out, microseconds. */
  readonly timestampsUs: number[] = [];
  openCount = 0;
  private readonly pictures: readonly Buffer[];

  constructor(pictures: readonly Buffer[]) {
    this.pictures = pictures;
  }

  openLive(options: LiveEncoderOptions, onUnit: (unit: AccessUnit) => void): LiveEncoder {
    this.opened.push(options);
    this.openCount += 1;
    let position = 0;
    let sequence = 0;
    const timer = setInterval(() => {
      const timestampUs = Math.round(Number(process.hrtime.bigint() / 1000n));
      this.timestampsUs.push(timestampUs);
      onUnit({ data: this.pictures[position]!, timestampUs, keyFrame: position === 0, placeholder: false, sequence: sequence++, widthPx: 640, heightPx: 360, encodeUs: 1000 });
      position = position + 1 < this.pictures.length ? position + 1 : 1;
    }, 1000 / 30);
    let closed = false;
    return {
      forceKeyFrame: () => {
        position = 0;
        this.forcedMs.push(performance.now());
      },
      setBitrateKbps: (kbps) => { this.bitrates.push(kbps); },
      stats: (): OutputStats => ({ framesEncoded: sequence, keyFrames: 1, bytes: 0, dropped: {}, encodeUsP50: 1000, widthPx: 640, heightPx: 360, placeholder: null, timestampSource: 'played', encoder: 'played', encoderDevice: '', framesImported: 0, copyReason: 'encoder', encoderFault: null }),
      close: () => {
        if (closed) return;
        closed = true;
        this.openCount -= 1;
        clearInterval(timer);
      },
    };
  }
}
