import { AppError, type LocalTransport, type MediaPlan } from '@scanlink/protocol';
import { PeerConnection, Video, type Track } from 'node-datachannel';
import { ClockPipe } from './clock-pipe.ts';
import { readLocalTransport, withAdvertised, writeFormatParameters, writeNativeOffer } from './native-sdp.ts';
import type { AnswerOffer, MediaPeer, OutgoingStream, PeerEvents } from './peer.ts';

export interface NativePeerOptions {
  readonly udpPort: number;
  readonly bindAddress: string;
  /** Further addresses by which the port is reached from outside. */
  readonly advertise?: readonly string[];
}

const GATHER_LIMIT_MS = 1000;

/** Peers on libdatachannel, all on one UDP port. No media handler is attached: RTP and RTCP come here as they are. */
export function createNativeAnswerer(options: NativePeerOptions): AnswerOffer {
  return (plan, stream, events) => NativePeer.answer(options, plan, stream, events);
}

class NativePeer implements MediaPeer {
  transport: LocalTransport = { iceUfrag: '', icePwd: '', fingerprint: '', setup: '', candidates: [] };
  private readonly connection: PeerConnection;
  private readonly track: Track;
  private readonly clock: ClockPipe;
  private closed = false;

  static async answer(options: NativePeerOptions, plan: MediaPlan, stream: OutgoingStream | null, events: PeerEvents): Promise<NativePeer> {
    let peer: NativePeer | null = null;
    try {
      peer = new NativePeer(options, plan, stream, events);
      await peer.negotiate(options, plan, stream !== null);
      return peer;
    } catch (error) {
      peer?.close();
      throw explainFailure(error);
    }
  }

  private constructor(options: NativePeerOptions, plan: MediaPlan, stream: OutgoingStream | null, events: PeerEvents) {
    this.clock = new ClockPipe({
      handleClockOpen: () => this.guard(() => events.handleClockOpen()),
      handleClockText: (text) => this.guard(() => events.handleClockText(text)),
      handleTooMany: () => {
        this.close();
        events.handleClosed();
      },
    });
    this.connection = new PeerConnection('relay', {
      iceServers: [], bindAddress: options.bindAddress, enableIceUdpMux: true, portRangeBegin: options.udpPort, portRangeEnd: options.udpPort,
    });
    const video = new Video(plan.mid, stream ? 'SendOnly' : 'RecvOnly');
    video.addH264Codec(plan.payloadType, writeFormatParameters(plan));
    if (stream) video.addSSRC(stream.ssrc, stream.cname, 'scanlink', 'video');
    this.track = this.connection.addTrack(video);
    this.track.onOpen(() => this.guard(() => events.handleOpen()));
    this.track.onMessage((packet) => this.guard(() => events.handleMedia(packet)));
    this.connection.onDataChannel((channel) => this.guard(() => this.clock.take(channel)));
    this.connection.onStateChange((state) => this.guard(() => {
      // `disconnected` is left alone: silence decides, ICE states come late.
      if (state === 'closed' || state === 'failed') events.handleClosed();
    }));
  }

  private async negotiate(options: NativePeerOptions, plan: MediaPlan, sends: boolean): Promise<void> {
    let limit: NodeJS.Timeout | undefined;
    const gathered = new Promise<void>((resolve, reject) => {
      // Nothing that the offer could change: no address or port of our own can be had.
      limit = setTimeout(() => reject(new AppError('HUB_RELAY_DOWN', { detail: 'no local candidates' })), GATHER_LIMIT_MS);
      this.connection.onGatheringStateChange((state) => { if (state === 'complete') resolve(); });
    });
    try {
      this.connection.setRemoteDescription(writeNativeOffer(plan, sends), 'offer');
      await gathered;
    } finally {
      // Also when the library refuses the offer: a limit that fires with nobody waiting would end the process.
      clearTimeout(limit);
    }
    const local = this.connection.localDescription();
    if (!local) throw new AppError('HUB_RELAY_DOWN', { detail: 'no local description' });
    this.transport = withAdvertised(readLocalTransport(local.sdp), options.advertise ?? [], options.udpPort);
  }

  send(packet: Buffer): boolean {
    if (this.closed) return false;
    try {
      return this.track.sendMessageBinary(packet);
    } catch {
      return false;
    }
  }

  sendClock(text: string): boolean {
    return !this.closed && this.clock.send(text);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.connection.close();
  }

  /** Callbacks may still be under way when the connection is closed. */
  private guard(call: () => void): void {
    if (!this.closed) call();
  }
}

/** A port or address of our own that cannot be had is no fault of the offer: the caller asks again. */
function explainFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message.slice(0, 120) : 'refused';
  return /gather local/i.test(detail) ? new AppError('HUB_RELAY_DOWN', { detail }) : new AppError('HUB_BAD_SDP', { detail });
}
