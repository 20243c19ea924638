import { join } from 'node:path';
import { DevicesResultSchema, MediaDesiredSchema, SimRequestSchema, StillRequestSchema, type InputState, type MediaDesired, type PublisherReport } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { connectRpc } from '@scanlink/protocol/rpc/rpc-client';
import { rpcMethod, type RpcPeer } from '@scanlink/protocol/rpc/rpc-peer';
import { Type } from 'typebox';
import { until } from '../../support/until.ts';
import type { BoxFolder } from './support.ts';

const checkDesired = createCheck(MediaDesiredSchema);
const checkDevices = createCheck(DevicesResultSchema);

/** `media` on its socket, scripted: it says what the test tells it to. */
export class MediaDouble {
  readonly wishes: MediaDesired[] = [];
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  gone = false;
  stillPath = '/x.png';
  private peer: RpcPeer | null = null;
  private readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  async connect(folder: BoxFolder): Promise<this> {
    const note = (method: string, result: unknown) => (params: unknown): unknown => {
      this.asked.push({ method, params });
      return result;
    };
    const { peer, snapshot } = await until('media.sock', () => connectRpc({
      path: join(folder.runDir, 'media.sock'), client: 'media',
      methods: {
        sim: rpcMethod(SimRequestSchema, note('sim', {})), exit: rpcMethod(Type.Object({}), note('exit', {})),
        still: rpcMethod(StillRequestSchema, (params) => note('still', { path: this.stillPath, widthPx: 1280, heightPx: 720, timestampUs: 1, sequence: 1, exact: false, conversion: 'BT.709' })(params)),
        devices: rpcMethod(Type.Object({}), note('devices', checkDevices([{ driver: 'sim', device: 'sim', kind: 'simulated', simulated: true, match: {}, inputs: ['0'], formats: ['YUYV'], signalKnown: true }]))),
      },
      onEvent: (name, data) => {
        if (name === 'desired') this.wishes.push(checkDesired(data));
      },
    }).catch(() => null));
    this.wishes.push(checkDesired(snapshot));
    this.peer = peer;
    peer.onClose = () => {
      this.gone = true;
    };
    return this;
  }

  get wish(): MediaDesired {
    return this.wishes.at(-1)!;
  }

  /** Tells firmware of a publisher, or of none. */
  async report(publisher: Partial<PublisherReport> | null, input: Partial<InputState> = {}): Promise<void> {
    const full: PublisherReport | null = publisher && {
      sessionId: this.wish.publish?.sessionId ?? '00000000-0000-4000-8000-000000000000', state: 'live', location: null, lastFrameMs: null, widthPx: 1280, heightPx: 720, sentFps: 30,
      bitrateKbps: 4000, targetKbps: 4000, lossFraction: 0, rttMs: 5, keyFrames: 1, framesSent: 30, framesDropped: {}, encodeMsP50: 4, profileLevelId: '42e01f', ...publisher,
    };
    await this.peer!.request('report', {
      pid: this.pid, publisher: full,
      inputs: [{
        name: 'main', device: 'sim', driver: 'sim', simulated: true, signal: 'locked', signalSinceMs: 1, timing: '1280x720p30', pixelFormat: 'YUYV', activity: 'moving', activitySinceMs: 1,
        black: false, capturedFps: 30, framesCaptured: 1, framesDropped: {}, ...input,
      }],
    });
  }

  /** Gone at once, as after kill -9. */
  die(): void {
    this.peer?.drop(new Error('test') as never);
  }
}
