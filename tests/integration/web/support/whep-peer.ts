import { H264RtpPacketizer, PeerConnection, RtcpNackResponder, RtcpSrReporter, RtpPacketizationConfig, Video, type DataChannel, type Track } from 'node-datachannel';

const PAYLOAD_NAME = 'scanlink-test';

/** The H.264 format of an offer that our clip can be sent as: Constrained Baseline, packetization mode 1. */
function findFormat(offer: string): { payloadType: number; profile: string; mid: string; playoutId: string | null } {
  const format = /a=fmtp:(\d+) ([^\r\n]*packetization-mode=1[^\r\n]*profile-level-id=42e0[^\r\n]*)/.exec(offer);
  const section = offer.slice(offer.indexOf('m=video'));
  const mid = /a=mid:(\S+)/.exec(section)?.[1];
  if (!format?.[1] || !format[2] || mid === undefined) throw new Error('no H.264 offered');
  return { payloadType: Number(format[1]), profile: format[2], mid, playoutId: /a=extmap:(\d+)[^\r\n]*playout-delay/.exec(section)?.[1] ?? null };
}

/** One viewer's peer connection at the answering side; sends what it is given, knows nothing of sessions. */
export class WhepPeer {
  readonly #pc: PeerConnection;
  #track: Track | null = null;
  #rtp: RtpPacketizationConfig | null = null;
  #channel: DataChannel | null = null;
  #isSending = false;
  #closed = false;

  constructor(name: string) {
    this.#pc = new PeerConnection(name, { iceServers: [], bindAddress: '127.0.0.1' });
  }

  get isClosed(): boolean { return this.#closed || ['closed', 'failed'].includes(this.#pc.state()); }

  /** Answers an offer; the answer carries all candidates. */
  async answer(offer: string, onMessage: (text: string) => void, onClock: () => void): Promise<string> {
    const { payloadType, profile, mid, playoutId } = findFormat(offer);
    const video = new Video(mid, 'SendOnly');
    video.addH264Codec(payloadType, profile);
    video.addSSRC(42, PAYLOAD_NAME, PAYLOAD_NAME, 'video');
    if (playoutId !== null) video.parseSdpLine(`a=extmap:${playoutId} http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`);
    const gathered = new Promise<string>((resolve) => {
      this.#pc.onGatheringStateChange((state) => { if (state === 'complete') resolve(this.#pc.localDescription()?.sdp ?? ''); });
    });
    this.#pc.onDataChannel((channel) => {
      this.#channel = channel;
      channel.onMessage((message) => { if (typeof message === 'string') onMessage(message); });
      channel.onOpen(onClock);
    });
    this.#track = this.#pc.addTrack(video);
    this.#rtp = new RtpPacketizationConfig(42, PAYLOAD_NAME, payloadType, 90_000);
    if (playoutId !== null) Object.assign(this.#rtp, { playoutDelayId: Number(playoutId), playoutDelayMin: 0, playoutDelayMax: 0 });
    const packetizer = new H264RtpPacketizer('StartSequence', this.#rtp);
    packetizer.addToChain(new RtcpSrReporter(this.#rtp));
    packetizer.addToChain(new RtcpNackResponder());
    this.#track.setMediaHandler(packetizer);
    this.#pc.setRemoteDescription(offer.replaceAll(/a=(candidate|end-of-candidates)[^\r\n]*\r\n/g, ''), 'offer');
    return gathered;
  }

  /** Sends an access unit; a viewer begins with a key frame. */
  sendFrame(accessUnit: Buffer, rtpTimestamp: number, isKey: boolean): void {
    if (this.#closed || this.#track?.isOpen() !== true || this.#rtp === null) return;
    this.#isSending ||= isKey;
    if (!this.#isSending) return;
    this.#rtp.timestamp = rtpTimestamp;
    // The viewer may close its end at any moment, also between the question and the sending, on the library's own thread.
    this.#whileOpen(() => this.#track?.sendMessageBinary(accessUnit));
  }

  say(message: object): void {
    if (!this.#closed && this.#channel?.isOpen() === true) this.#whileOpen(() => this.#channel?.sendMessage(JSON.stringify(message)));
  }

  #whileOpen(send: () => void): void {
    try {
      send();
    } catch (error) {
      if (!this.isClosed && this.#track?.isOpen() === true) throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel?.close();
    this.#pc.close();
  }
}
