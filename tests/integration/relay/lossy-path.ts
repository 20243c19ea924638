import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Draws numbers from 0 to 1, the same ones each run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A UDP path to the relay that loses a share of the RTP packets of one direction; handshakes and RTCP pass. */
export class LossyPath {
  dropped = 0;
  passed = 0;
  private readonly front: Socket;
  private readonly backs = new Map<number, Socket>();

  static async open(relayPort: number, lossFraction: number, direction: 'to-relay' | 'from-relay'): Promise<LossyPath> {
    const front = createSocket('udp4');
    front.bind(0, '127.0.0.1');
    await once(front, 'listening');
    return new LossyPath(front, relayPort, lossFraction, direction);
  }

  constructor(front: Socket, relayPort: number, lossFraction: number, direction: 'to-relay' | 'from-relay') {
    this.front = front;
    const random = createRandom(7);
    const loses = (packet: Buffer, way: string): boolean => {
      if (way !== direction || !isMedia(packet)) return false;
      const lost = random() < lossFraction;
      if (lost) this.dropped += 1;
      else this.passed += 1;
      return lost;
    };
    front.on('message', (packet, from) => {
      if (loses(packet, 'to-relay')) return;
      this.backFor(from.port, (answer) => { if (!loses(answer, 'from-relay')) front.send(answer, from.port, '127.0.0.1'); }).send(packet, relayPort, '127.0.0.1');
    });
  }

  /** The answer with this path's port in place of the relay's. */
  divert(answer: string): string {
    return answer.replace(/^(a=candidate:\S+ \d+ \S+ \d+ \S+) \d+/gm, `$1 ${this.front.address().port}`);
  }

  close(): void {
    this.front.close();
    for (const back of this.backs.values()) back.close();
  }

  private backFor(port: number, handle: (packet: Buffer) => void): Socket {
    const known = this.backs.get(port);
    if (known) return known;
    const back = createSocket('udp4');
    back.on('message', handle);
    this.backs.set(port, back);
    return back;
  }
}

function isMedia(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return packet.length > 12 && packet[0]! >> 6 === 2 && (type < 192 || type > 223);
}
