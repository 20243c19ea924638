import { spawnSync } from 'node:child_process';
import { H264Packetizer, H264RtpPayload, MediaStreamTrack, RTCPeerConnection, useH264, useOPUS, type RtpPacket } from 'werift';
import { postOffer } from './interop-hub.ts';

/** A stack that shares no code with ours: WebRTC in TypeScript. Loopback is told to it, as it leaves it out by itself. */
function createPeer(): RTCPeerConnection {
  return new RTCPeerConnection({ codecs: { audio: [useOPUS()], video: [useH264()] }, iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'] });
}

/** Watches by WHEP, asking for audio too, and keeps the H.264 as Annex B. */
export class WeriftViewer {
  readonly peer = createPeer();
  /** Whole pictures since the first key frame. */
  pictures = 0;
  private readonly stream: Buffer[] = [];
  private fragment: Buffer | undefined;

  async watch(whepUrl: string, token: string): Promise<void> {
    // Before the answer: its first packets may carry the key frame.
    this.peer.onTrack.subscribe((track) => { if (track.kind === 'video') track.onReceiveRtp.subscribe((packet) => this.take(packet)); });
    this.peer.addTransceiver('audio', { direction: 'recvonly' });
    this.peer.addTransceiver('video', { direction: 'recvonly' });
    await this.peer.setLocalDescription(await this.peer.createOffer());
    await this.peer.setRemoteDescription({ type: 'answer', sdp: await postOffer(whepUrl, token, this.peer.localDescription!.sdp) });
  }

  /** Pictures that FFmpeg makes of what has come. Blocks: nothing is received meanwhile. */
  countDecoded(): number {
    const { stdout } = spawnSync('ffmpeg', ['-v', 'quiet', '-f', 'h264', '-i', 'pipe:0', '-f', 'rawvideo', '-s', '16x16', '-pix_fmt', 'gray', 'pipe:1'], { input: Buffer.concat(this.stream), maxBuffer: 64 * 1024 * 1024 });
    return stdout.length / 256;
  }

  async close(): Promise<void> {
    await this.peer.close();
  }

  private take(packet: RtpPacket): void {
    const read = H264RtpPayload.deSerialize(packet.payload, this.fragment);
    this.fragment = read.fragment;
    if (packet.header.marker && (this.pictures > 0 || read.isKeyframe)) this.pictures += 1;
    if (read.payload.length > 0) this.stream.push(read.payload);
  }
}

/** Publishes access units (Annex B) by WHIP, 30 a second. */
export class WeriftPublisher {
  readonly peer = createPeer();
  private timer: NodeJS.Timeout | null = null;

  async publish(whipUrl: string, token: string, units: readonly Buffer[]): Promise<void> {
    const track = new MediaStreamTrack({ kind: 'video' });
    this.peer.addTransceiver(track, { direction: 'sendonly' });
    await this.peer.setLocalDescription(await this.peer.createOffer());
    const connected = this.peer.connectionStateChange.watch((state) => state === 'connected', 20_000);
    await this.peer.setRemoteDescription({ type: 'answer', sdp: await postOffer(whipUrl, token, this.peer.localDescription!.sdp) });
    await connected;
    const packetizer = new H264Packetizer({ inputFormat: 'annexb' });
    let index = 0;
    this.timer = setInterval(() => {
      for (const packet of packetizer.packetize(units[index % units.length]!, (index * 3000) >>> 0)) track.writeRtp(packet);
      index += 1;
    }, 1000 / 30);
  }

  async close(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.peer.close();
  }
}
