import { createHmac } from 'node:crypto';
import { H264RtpPacketizer, PeerConnection, RtcpNackResponder, RtcpSrReporter, RtpPacketizationConfig, Video, type DataChannel, type Track } from 'node-datachannel';
import { CLOCK_CHANNEL_LABEL, type ClockFromRelay } from '@scanlink/protocol';
import { PLAYOUT_DELAY_URI } from '@scanlink/protocol/rtp/playout-delay';

/** Offers, gives the offer out, takes the answer. */
class OfferingPeer {
  readonly connection = new PeerConnection('test', { iceServers: [], bindAddress: '127.0.0.1' });
  readonly track: Track;
  readonly clock: DataChannel;
  readonly clockMessages: ClockFromRelay[] = [];
  readonly opened: Promise<void>;
  state = 'new';
  private readonly gathered: Promise<void>;

  constructor(video: Video) {
    this.gathered = new Promise((resolve) => { this.connection.onGatheringStateChange((state) => { if (state === 'complete') resolve(); }); });
    this.connection.onStateChange((state) => { this.state = state; });
    this.track = this.connection.addTrack(video);
    this.opened = new Promise((resolve) => { this.track.onOpen(resolve); });
    this.clock = this.connection.createDataChannel(CLOCK_CHANNEL_LABEL, { unordered: true, maxRetransmits: 0 });
    this.clock.onMessage((message) => { if (typeof message === 'string') this.clockMessages.push(JSON.parse(message) as ClockFromRelay); });
  }

  async offer(): Promise<string> {
    await this.gathered;
    // Without candidates: see research; the relay learns the address from the checks.
    return this.connection.localDescription()!.sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '');
  }

  accept(answer: string): void {
    this.connection.setRemoteDescription(answer, 'answer');
  }

  ofKind<K extends ClockFromRelay['t']>(kind: K): readonly Extract<ClockFromRelay, { t: K }>[] {
    return this.clockMessages.filter((each): each is Extract<ClockFromRelay, { t: K }> => each.t === kind);
  }

  close(): void {
    this.connection.close();
  }
}

/** Sends access units at 30 a second; a key frame request begins the material anew. */
export class TestPublisher extends OfferingPeer {
  keyFrameRequests = 0;
  /** Access units that went out. */
  sent = 0;
  nacks = 0;
  reports: { lossFraction: number }[] = [];
  private readonly units: readonly Buffer[];
  private readonly config: RtpPacketizationConfig;
  private position = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly startMs = performance.now();

  constructor(units: readonly Buffer[], ssrc = 0x1234_5678) {
    const video = new Video('video', 'SendOnly');
    video.addH264Codec(96, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
    video.addSSRC(ssrc, 'test', 'test', 'video');
    super(video);
    this.units = units;
    this.config = new RtpPacketizationConfig(ssrc, 'test', 96, 90_000);
    const packetizer = new H264RtpPacketizer('StartSequence', this.config);
    packetizer.addToChain(new RtcpSrReporter(this.config));
    packetizer.addToChain(new RtcpNackResponder());
    this.track.setMediaHandler(packetizer);
    this.track.onMessage((packet) => this.countFeedback(packet));
  }

  start(): void {
    this.timer ??= setInterval(() => this.sendNext(), 1000 / 30);
  }

  /** RTP time stamp of the last access unit and when it was sent. */
  last = { rtp: 0, atMs: 0 };

  private sendNext(): void {
    const atMs = performance.now();
    const rtp = Math.round((atMs - this.startMs) * 90) >>> 0;
    this.config.timestamp = rtp;
    if (!this.track.isOpen()) return;
    this.track.sendMessageBinary(this.units[this.position]!);
    this.last = { rtp, atMs };
    this.sent += 1;
    this.position = (this.position + 1) % this.units.length;
  }

  private countFeedback(packet: Buffer): void {
    for (let at = 0; at + 4 <= packet.length; at += (packet.readUInt16BE(at + 2) + 1) * 4) {
      const type = packet[at + 1]!;
      if (type === 205) this.nacks += 1;
      if (type === 201 && packet.length >= at + 32) this.reports.push({ lossFraction: packet[at + 12]! / 256 });
      if (type !== 206) continue;
      this.keyFrameRequests += 1;
      this.position = 0;
    }
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  override close(): void {
    this.stop();
    super.close();
  }
}

export interface SeenPacket { readonly sequence: number; readonly timestamp: number; readonly ssrc: number; readonly marker: boolean; readonly playoutDelay: number | null; readonly payloadType: number; readonly atMs: number; readonly keyFrame: boolean }

/** Receives without decoding and keeps what it saw. */
export class TestViewer extends OfferingPeer {
  readonly packets: SeenPacket[] = [];
  senderReports = 0;
  private readonly extensionId: number;

  constructor(options: { payloadType?: number; extensionId?: number; profile?: string } = {}) {
    const { payloadType = 102, extensionId = 5, profile = '42e01f' } = options;
    const video = new Video('0', 'RecvOnly');
    video.addH264Codec(payloadType, `profile-level-id=${profile};packetization-mode=1;level-asymmetry-allowed=1`);
    if (extensionId > 0) video.parseSdpLine(`a=extmap:${extensionId} ${PLAYOUT_DELAY_URI}`);
    super(video);
    this.extensionId = extensionId;
    this.track.onMessage((packet) => this.see(packet));
  }

  get frames(): number {
    return new Set(this.packets.map((each) => each.timestamp)).size;
  }

  /** Sequence numbers between first and last that never came. */
  listMissing(): readonly number[] {
    const seen = new Set<number>();
    const first = this.packets[0]?.sequence ?? 0;
    let newest = first;
    for (const { sequence } of this.packets) {
      const extended = newest + (((sequence - newest) << 16) >> 16);
      seen.add(extended);
      newest = Math.max(newest, extended);
    }
    const missing: number[] = [];
    for (let extended = first; extended <= newest; extended += 1) if (!seen.has(extended)) missing.push(extended & 0xffff);
    return missing;
  }

  get missing(): number {
    return this.listMissing().length;
  }

  /** One generic NACK for a single packet. */
  askAgain(sequence: number): void {
    const nack = Buffer.alloc(16);
    nack.set([0x81, 205, 0, 3, 0, 0, 0, 1]);
    nack.writeUInt32BE(this.packets[0]!.ssrc, 8);
    nack.writeUInt16BE(sequence, 12);
    this.track.sendMessageBinary(nack);
  }

  /** Compound of generic NACKs, each block with 31 entries of 17 packets, over what came last. */
  askForEverything(blocks: number): void {
    const newest = this.packets.at(-1)?.sequence ?? 0;
    const compound = Array.from({ length: blocks }, (_, block) => {
      const nack = Buffer.alloc(12 + 31 * 4);
      nack.set([0x81, 205, 0, nack.length / 4 - 1, 0, 0, 0, 1]);
      nack.writeUInt32BE(this.packets[0]!.ssrc, 8);
      for (let entry = 0; entry < 31; entry += 1) {
        nack.writeUInt16BE((newest - (block * 31 + entry + 1) * 17) & 0xffff, 12 + entry * 4);
        nack.writeUInt16BE(0xffff, 14 + entry * 4);
      }
      return nack;
    });
    this.track.sendMessageBinary(Buffer.concat(compound));
  }

  askForKeyFrame(): void {
    const pli = Buffer.alloc(12);
    pli.set([0x81, 206, 0, 2, 0, 0, 0, 1]);
    pli.writeUInt32BE(this.packets[0]!.ssrc, 8);
    this.track.sendMessageBinary(pli);
  }

  /** A receiver report with this loss (0 to 1). */
  reportLoss(lossFraction: number): void {
    const report = Buffer.alloc(32);
    report.set([0x81, 201, 0, 7, 0, 0, 0, 1]);
    report.writeUInt32BE(this.packets[0]!.ssrc, 8);
    report[12] = Math.floor(lossFraction * 255);
    this.track.sendMessageBinary(report);
  }

  private see(packet: Buffer): void {
    const type = packet[1]!;
    if (type >= 192 && type <= 223) {
      if (type === 200) this.senderReports += 1;
      return;
    }
    const extended = (packet[0]! & 16) !== 0;
    const payload = extended ? 16 + packet.readUInt16BE(14) * 4 : 12;
    this.packets.push({
      sequence: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4), ssrc: packet.readUInt32BE(8), marker: type >= 128, payloadType: type & 127,
      playoutDelay: extended && packet[16]! >> 4 === this.extensionId ? packet.readUIntBE(17, 3) : null,
      atMs: performance.now(), keyFrame: (packet[payload]! & 31) === 7,
    });
  }
}

/** Made up but well-formed session id. */
export function createSessionId(name: string): string {
  const hex = createHmac('sha256', 'test').update(name + String(performance.now())).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
