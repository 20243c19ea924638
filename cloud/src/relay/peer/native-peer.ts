import { AppError, CLOCK_CHANNEL_LABEL, type LocalTransport, type MediaPlan } from '@scanlink/protocol';
import { PeerConnection, Video, type DataChannel, type Track } from 'node-datachannel';
import { readLocalTransport, writeFormatParameters, writeNativeOffer } from './native-sdp.ts';
import type { AnswerOffer, MediaPeer, OutgoingStream, PeerEvents } from './peer.ts';

export interface NativePeerOptions {
  readonly udpPort: number;
  readonly bindAddress: string;
}

const GATHER_LIMIT_MS = 1000;
/** The greatest of the contract, an anchor, has some 150. */
const MAX_CLOCK_MESSAGE_BYTES = 512;
/** The far side makes the channel and its window: one that takes nothing is not written to without end. */
const MAX_CLOCK_BACKLOG_BYTES = 65_536;
const MAX_CHANNELS = 4;

/** Peers on libdatachannel, all on one UDP port. No media handler is attached: RTP and RTCP come here as they are. */
export function createNativeAnswerer(options: NativePeerOptions): AnswerOffer {
  return (plan, stream, events) => NativePeer.answer(options, plan, stream, events);
}

class NativePeer implements MediaPeer {
  transport: LocalTransport = { iceUfrag: '', icePwd: '', fingerprint: '', setup: '', candidates: [] };
  private readonly connection: PeerConnection;
  private readonly track: Track;
  private readonly events: PeerEvents;
  private clock: DataChannel | null = null;
  private channels = 0;
  private closed = false;

  static async answer(options: NativePeerOptions, plan: MediaPlan, stream: OutgoingStream | null, events: PeerEvents): Promise<NativePeer> {
    let peer: NativePeer | null = null;
    try {
      peer = new NativePeer(options, plan, stream, events);
      await peer.negotiate(plan, stream !== null);
      return peer;
    } catch (error) {
      peer?.close();
      throw explainFailure(error);
    }
  }

  private constructor(options: NativePeerOptions, plan: MediaPlan, stream: OutgoingStream | null, events: PeerEvents) {
    this.events = events;
    this.connection = new PeerConnection('relay', {
      iceServers: [], bindAddress: options.bindAddress, enableIceUdpMux: true, portRangeBegin: options.udpPort, portRangeEnd: options.udpPort,
    });
    const video = new Video(plan.mid, stream ? 'SendOnly' : 'RecvOnly');
    video.addH264Codec(plan.payloadType, writeFormatParameters(plan));
    if (stream) video.addSSRC(stream.ssrc, stream.cname, 'scanlink', 'video');
    this.track = this.connection.addTrack(video);
    this.track.onOpen(() => this.guard(() => events.handleOpen()));
    this.track.onMessage((packet) => this.guard(() => events.handleMedia(packet)));
    this.connection.onDataChannel((channel) => this.guard(() => this.takeChannel(channel)));
    this.connection.onStateChange((state) => this.guard(() => {
      // `disconnected` is left alone: silence decides, ICE states come late.
      if (state === 'closed' || state === 'failed') events.handleClosed();
    }));
  }

  private async negotiate(plan: MediaPlan, sends: boolean): Promise<void> {
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
    this.transport = readLocalTransport(local.sdp);
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
    if (this.closed || !this.clock) return false;
    try {
      if (this.clock.bufferedAmount() <= MAX_CLOCK_BACKLOG_BYTES) return this.clock.isOpen() && this.clock.sendMessage(text);
      this.clock.close();
      return false;
    } catch {
      return false;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.connection.close();
  }

  private takeChannel(channel: DataChannel): void {
    this.channels += 1;
    if (this.channels > MAX_CHANNELS) {
      // No client of ours opens a second one: this one only makes work.
      this.close();
      this.events.handleClosed();
      return;
    }
    if (this.clock || channel.getLabel() !== CLOCK_CHANNEL_LABEL) {
      channel.close();
      return;
    }
    this.clock = channel;
    channel.onMessage((message) => this.guard(() => {
      if (typeof message === 'string' && message.length <= MAX_CLOCK_MESSAGE_BYTES) this.events.handleClockText(message);
    }));
    if (channel.isOpen()) this.events.handleClockOpen();
    else channel.onOpen(() => this.guard(() => this.events.handleClockOpen()));
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
