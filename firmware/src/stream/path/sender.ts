import { randomBytes } from 'node:crypto';
import { AppError, CLOCK_CHANNEL_LABEL } from '@scanlink/protocol';
import {
  H264RtpPacketizer, PacingHandler, PeerConnection, RtcpNackResponder, RtcpSrReporter, RtpPacketizationConfig, Video,
  type DataChannel, type IceServer as RtcIceServer, type Track,
} from 'node-datachannel';
import { PACING_RULES } from '../rate/pacing.ts';
import { readRtcp, type RtcpItem } from '@scanlink/protocol/rtp/rtcp';
import { toRtpTime } from './rtp-time.ts';
import { PLAYOUT_DELAY_URI } from '@scanlink/protocol/rtp/playout-delay';
import { buildTrickleFragment, isHostCandidate, offeredFormats, prepareOffer, readAnswer, type AnswerChoice } from './sdp.ts';

export interface SenderOptions {
  readonly profile: 'constrained-baseline' | 'main';
  readonly playoutDelayZero: boolean;
  readonly stripHostCandidates: boolean;
  readonly clockChannel: boolean;
  readonly iceServers: readonly (string | RtcIceServer)[];
}

/** Called on the JavaScript thread, never after close(). */
export interface SenderEvents {
  onOpen(): void;
  /** The connection failed, or the far end closed it. */
  onEnded(detail: string): void;
  /** A packet of the far end, authenticated by SRTP; empty when it is malformed. */
  onRtcp(items: readonly RtcpItem[]): void;
  onClockOpen(): void;
  onClockMessage(text: string): void;
}

export interface SendableUnit { readonly data: Buffer; readonly timestampUs: number }

const CNAME = 'scanlink';
/** At 8 Mbit/s one second and more of packets: as long as a relay asks (600 ms). */
const NACK_HISTORY_PACKETS = 1024;
/** Host candidates are there at once; servers' ones follow by PATCH. */
const GATHER_TIMEOUT_MS = 250;

/**
 * One peer connection that offers one H.264 stream, and the clock channel when wanted. Packetizing, NACK and sender
 * reports run in native code; JavaScript hands over one access unit a frame. Never reused: a lost path gets a new one.
 */
export class Sender {
  readonly ssrc = randomBytes(4).readUInt32BE(0) || 1;
  readonly rtpBase = randomBytes(4).readUInt32BE(0);
  private readonly options: SenderOptions;
  private readonly events: SenderEvents;
  private readonly pc: PeerConnection;
  private readonly track: Track;
  private readonly channel: DataChannel | null;
  private rtp: RtpPacketizationConfig | null = null;
  private open = false;
  private closed = false;
  private pacedKbps: number | null = null;
  private readonly candidates: string[] = [];
  private offeredCandidates = 0;
  private offerSdp = '';

  constructor(options: SenderOptions, events: SenderEvents) {
    this.options = options;
    this.events = events;
    this.pc = new PeerConnection('scanlink', { iceServers: [...options.iceServers], disableAutoNegotiation: true });
    this.pc.onStateChange((state) => {
      if (!this.closed && (state === 'failed' || state === 'closed')) this.ended(state);
    });
    this.pc.onLocalCandidate((candidate) => this.candidates.push(candidate));
    const video = new Video('0', 'SendOnly');
    for (const format of offeredFormats(options.profile)) {
      video.addH264Codec(format.payloadType, `profile-level-id=${format.profileLevelId};packetization-mode=1;level-asymmetry-allowed=1`);
    }
    video.addSSRC(this.ssrc, CNAME, CNAME, 'video');
    if (options.playoutDelayZero) video.parseSdpLine(`a=extmap:1 ${PLAYOUT_DELAY_URI}`);
    this.track = this.pc.addTrack(video);
    this.track.onOpen(() => {
      this.open = !this.closed;
      if (this.open) events.onOpen();
    });
    this.track.onMessage((packet) => {
      if (!this.closed) events.onRtcp(readRtcp(packet));
    });
    this.track.onClosed(() => this.ended('track closed'));
    this.channel = options.clockChannel ? this.openClockChannel() : null;
  }

  /** The offer, ready for POST. Waits at most 250 ms for candidates, and not at all when none is sent. */
  async createOffer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.pc.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
    });
    this.pc.setLocalDescription('offer');
    const onlyHosts = this.options.iceServers.length === 0;
    if (!(this.options.stripHostCandidates && onlyHosts)) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([gathered, new Promise((resolve) => { timer = setTimeout(resolve, GATHER_TIMEOUT_MS); })]);
      clearTimeout(timer);
    }
    this.offeredCandidates = this.candidates.length;
    this.offerSdp = this.pc.localDescription()?.sdp ?? '';
    return prepareOffer(this.offerSdp, this.options);
  }

  /**
   * Takes the far end's answer; the connection is built from here on.
   * @throws STR_WHIP_REFUSED when the answer holds nothing that we can send; STR_PATH_LOST when the connection cannot take it now.
   */
  acceptAnswer(sdp: string): AnswerChoice {
    const choice = readAnswer(sdp);
    this.rtp = new RtpPacketizationConfig(this.ssrc, CNAME, choice.payloadType, 90_000);
    if (this.options.playoutDelayZero && choice.playoutDelayId !== null) {
      this.rtp.playoutDelayId = choice.playoutDelayId;
      this.rtp.playoutDelayMin = 0;
      this.rtp.playoutDelayMax = 0;
    }
    this.track.setMediaHandler(createChain(this.rtp, null));
    try {
      this.pc.setRemoteDescription(sdp, 'answer');
    } catch (cause) {
      // Seen with a far end whose first DTLS packet is here before its answer: a new POST settles it.
      throw new AppError('STR_PATH_LOST', { detail: 'the answer came too late' }, { cause });
    }
    return choice;
  }

  /**
   * Spreads the packets of each picture at this rate, or sends them in one go (null). The chain is built anew (libdatachannel
   * can't take a link out); sequence numbers go on, the NACK history begins again. Small changes of the rate are left alone.
   */
  setPacing(kbps: number | null): void {
    if (!this.rtp || this.closed || kbps === this.pacedKbps) return;
    if (kbps !== null && this.pacedKbps !== null && Math.abs(kbps - this.pacedKbps) < this.pacedKbps / 3) return;
    this.pacedKbps = kbps;
    this.track.setMediaHandler(createChain(this.rtp, kbps));
  }

  /** Candidates that came after the offer, as a trickle fragment; null when there are none to send. */
  takeTrickle(): string | null {
    const late = this.candidates.splice(this.offeredCandidates).filter((line) => !(this.options.stripHostCandidates && isHostCandidate(line)));
    this.offeredCandidates = this.candidates.length;
    return late.length === 0 ? null : buildTrickleFragment(this.offerSdp, late, this.pc.gatheringState() === 'complete');
  }

  /** RTP time stamp of a moment of the capture clock in this connection. */
  toRtp(timestampUs: number): number {
    return toRtpTime(timestampUs, this.rtpBase);
  }

  /** Sends one access unit. @returns false when there is no open path: nothing is kept for later. */
  send(unit: SendableUnit): boolean {
    if (!this.open || this.closed || !this.rtp) return false;
    this.rtp.timestamp = this.toRtp(unit.timestampUs);
    try {
      return this.track.sendMessageBinary(unit.data);
    } catch {
      // The path closed between its event and this call.
      return false;
    }
  }

  /** Sends text on the clock channel; without an open one nothing happens. */
  sendClock(text: string): void {
    if (this.closed || !this.channel?.isOpen()) return;
    try {
      this.channel.sendMessage(text);
    } catch {
      // As in send(): silence tells the rest.
    }
  }

  /** Idempotent; no event comes after it. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.open = false;
    this.pc.close();
  }

  private openClockChannel(): DataChannel {
    const channel = this.pc.createDataChannel(CLOCK_CHANNEL_LABEL, { unordered: true, maxRetransmits: 0 });
    channel.onOpen(() => {
      if (!this.closed) this.events.onClockOpen();
    });
    channel.onMessage((message) => {
      if (!this.closed && typeof message === 'string') this.events.onClockMessage(message);
    });
    return channel;
  }

  private ended(detail: string): void {
    if (this.closed) return;
    this.open = false;
    this.events.onEnded(detail);
  }
}

/** Packetizer, sender reports, NACK; everything that a packet passes natively. */
function createChain(rtp: RtpPacketizationConfig, pacedKbps: number | null): H264RtpPacketizer {
  const packetizer = new H264RtpPacketizer('StartSequence', rtp);
  packetizer.addToChain(new RtcpSrReporter(rtp));
  packetizer.addToChain(new RtcpNackResponder(NACK_HISTORY_PACKETS));
  if (pacedKbps !== null) packetizer.addToChain(new PacingHandler(pacedKbps * 1000, PACING_RULES.intervalMs));
  return packetizer;
}
