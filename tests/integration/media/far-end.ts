import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerConnection, Video, type DataChannel, type Track } from 'node-datachannel';
import { ClockToRelaySchema, type Anchor } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { LossyPath } from '../relay/lossy-path.ts';
import { readBody } from './support.ts';

export interface SeenRtp { readonly sequence: number; readonly timestamp: number; readonly ssrc: number; readonly payloadType: number; readonly extensionIds: readonly number[]; readonly nalType: number; readonly bytes: number; readonly atMs: number }
export interface FarEndOptions {
  /** Payload type that the answer takes: 96 is Constrained Baseline, 97 Main in our offers. */
  readonly payloadType?: 96 | 97;
  readonly acceptPlayoutDelay?: boolean;
  /** false: pings stay without answer. */
  answerPings?: boolean;
  /** Takes the POST and then never connects. */
  readonly dead?: boolean;
  /** Share of the publisher's RTP packets that get lost on the way. */
  readonly lossFraction?: number;
  /** Link header of its 201. */
  readonly link?: string;
}

const checkClock = createCheck(ClockToRelaySchema);
export const RELAY_CLOCK_OFFSET_MS = 123_456;

/** One publisher's peer connection at the far end; receives RTP without any handler. */
export class FarPeer {
  readonly packets: SeenRtp[] = [];
  readonly pings: number[] = [];
  readonly anchors: Anchor[] = [];
  readonly offer: string;
  state = 'new';
  epoch = 'epoch-1';
  private readonly pc: PeerConnection;
  private readonly track: Track;
  private readonly options: FarEndOptions;
  private lossy: LossyPath | null = null;

  constructor(offer: string, options: FarEndOptions) {
    this.offer = offer;
    this.options = options;
    this.pc = new PeerConnection('far', { iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true });
    this.pc.onStateChange((state) => { this.state = state; });
    this.pc.onDataChannel((channel) => this.serveClock(channel));
    const payloadType = options.payloadType ?? 96;
    const video = new Video('0', 'RecvOnly');
    video.addH264Codec(payloadType, `profile-level-id=${payloadType === 97 ? '4d001f' : '42e01f'};packetization-mode=1;level-asymmetry-allowed=1`);
    const extension = /a=(extmap:\d+ \S*playout-delay)/.exec(offer)?.[1];
    if (extension && options.acceptPlayoutDelay !== false) video.parseSdpLine(`a=${extension}`);
    this.track = this.pc.addTrack(video);
    this.track.onMessage((packet) => this.see(packet));
  }

  async answer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => { this.pc.onGatheringStateChange((state) => { if (state === 'complete') resolve(); }); });
    this.pc.setRemoteDescription(this.offer.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''), 'offer');
    this.pc.setLocalDescription('answer');
    await gathered;
    const { sdp } = this.pc.localDescription()!;
    if (this.options.lossFraction === undefined) return sdp;
    this.lossy = await LossyPath.open(Number(/^a=candidate:\S+ \d+ \S+ \d+ \S+ (\d+)/m.exec(sdp)?.[1]), this.options.lossFraction, 'to-relay');
    return this.lossy.divert(sdp);
  }

  get ssrc(): number {
    return this.packets[0]?.ssrc ?? 0;
  }

  /** IDR pictures begun (an SPS before each). */
  get keyFrames(): readonly SeenRtp[] {
    return this.packets.filter((packet) => packet.nalType === 7 || packet.nalType === 24);
  }

  sendPli(): void {
    this.sendRtcp(206, 1, [1, this.ssrc]);
  }

  sendFir(): void {
    this.sendRtcp(206, 4, [1, 0, this.ssrc, 0x01000000]);
  }

  sendNack(sequence: number): void {
    this.sendRtcp(205, 1, [1, this.ssrc, (sequence << 16) >>> 0]);
  }

  sendReport(lossFraction: number): void {
    this.sendRtcp(201, 1, [1, this.ssrc, (Math.round(lossFraction * 256) << 24) >>> 0, 0, 0, 0, 0]);
  }

  close(): void {
    this.lossy?.close();
    this.lossy = null;
    this.pc.close();
  }

  private sendRtcp(type: number, count: number, words: readonly number[]): void {
    const packet = Buffer.alloc(4 + words.length * 4);
    packet[0] = 0x80 | count;
    packet[1] = type;
    packet.writeUInt16BE(words.length, 2);
    words.forEach((word, index) => packet.writeUInt32BE(word >>> 0, 4 + index * 4));
    this.track.sendMessageBinary(packet);
  }

  private see(packet: Buffer): void {
    const type = packet[1]!;
    if (packet.length < 14 || (type >= 192 && type <= 223)) return;
    let at = 12 + (packet[0]! & 0x0f) * 4;
    const extensionIds: number[] = [];
    if (packet[0]! & 0x10) {
      const words = packet.readUInt16BE(at + 2);
      for (let i = at + 4; i < at + 4 + words * 4;) {
        const byte = packet[i]!;
        if (byte === 0) { i += 1; continue; }
        extensionIds.push(byte >> 4);
        i += 2 + (byte & 0x0f);
      }
      at += 4 + words * 4;
    }
    this.packets.push({
      sequence: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4), ssrc: packet.readUInt32BE(8), payloadType: type & 0x7f, bytes: packet.length,
      extensionIds, nalType: (packet[at] ?? 0) & 0x1f, atMs: performance.now(),
    });
  }

  private serveClock(channel: DataChannel): void {
    channel.onMessage((text) => {
      if (typeof text !== 'string') return;
      const message = checkClock(JSON.parse(text));
      if (message.t === 'anchor') this.anchors.push(message);
      if (message.t !== 'ping') return;
      this.pings.push(message.id);
      if (this.options.answerPings === false || !channel.isOpen()) return;
      channel.sendMessage(JSON.stringify({ t: 'pong', id: message.id, atMs: message.atMs, relayMs: Number(process.hrtime.bigint()) / 1e6 + RELAY_CLOCK_OFFSET_MS, epoch: this.epoch }));
    });
  }
}

/** A WHIP server that takes publishers, strictly by RFC 9725. */
export class FarEnd {
  readonly peers: FarPeer[] = [];
  readonly deleted: string[] = [];
  /** When set, POST is answered by it instead. */
  refuse: ((response: ServerResponse) => void) | null = null;
  epoch = 'epoch-1';
  options: FarEndOptions;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(options: FarEndOptions = {}) {
    this.options = options;
  }

  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => { this.server.listen(port, '127.0.0.1', resolve); });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/whip/room`;
  }

  get peer(): FarPeer | undefined {
    return this.peers.at(-1);
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request as AsyncIterable<Buffer>);
    if (request.headers.authorization !== 'Bearer secret') {
      response.writeHead(401).end();
    } else if (request.method === 'DELETE') {
      this.deleted.push(request.url ?? '');
      response.writeHead(200).end();
    } else if (this.refuse) {
      this.refuse(response);
    } else if (request.method !== 'POST' || request.headers['content-type'] !== 'application/sdp') {
      response.writeHead(415).end();
    } else {
      const peer = new FarPeer(body, this.options);
      peer.epoch = this.epoch;
      this.peers.push(peer);
      const answer = await peer.answer();
      if (this.options.dead) peer.close();
      response.writeHead(201, { 'content-type': 'application/sdp', location: `room/resource-${this.peers.length}`, etag: '"1"', ...(this.options.link === undefined ? {} : { link: this.options.link }) }).end(answer);
    }
  }
}
