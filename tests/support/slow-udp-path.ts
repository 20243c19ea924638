import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP path to a port of loopback on which every packet takes delayMs each way; nothing is lost. */
export class SlowUdpPath {
  /** Packets to the far end and back. */
  carried = { there: 0, back: 0 };
  readonly port: number;
  private readonly front: Socket;
  private readonly backs = new Map<number, Socket>();
  private readonly toPort: number;
  private readonly delayMs: number;
  private closed = false;
  private stalledUntilMs = 0;

  static async open(toPort: number, delayMs: number): Promise<SlowUdpPath> {
    const front = createSocket('udp4');
    front.bind(0, '127.0.0.1');
    await once(front, 'listening');
    return new SlowUdpPath(front, toPort, delayMs);
  }

  private constructor(front: Socket, toPort: number, delayMs: number) {
    this.front = front;
    this.port = front.address().port;
    this.toPort = toPort;
    this.delayMs = delayMs;
    front.on('message', (packet, from) => {
      this.carried.there += 1;
      this.later(() => this.backFor(from.port).send(packet, toPort, '127.0.0.1'));
    });
  }

  /** The far end's port in an answer's candidates becomes this path's. Both have five digits, so no length changes. */
  divert(data: Buffer): Buffer {
    return Buffer.from(data.toString('latin1').replaceAll(` 127.0.0.1 ${this.toPort} typ host`, ` 127.0.0.1 ${this.port} typ host`), 'latin1');
  }

  /** For so long nothing goes on, in either direction; then all of it does. */
  stall(forMs: number): void {
    this.stalledUntilMs = performance.now() + forMs;
  }

  close(): void {
    this.closed = true;
    this.front.close();
    for (const back of this.backs.values()) back.close();
  }

  private later(send: () => void): void {
    setTimeout(() => { if (!this.closed) send(); }, this.delayMs + Math.max(0, this.stalledUntilMs - performance.now()));
  }

  private backFor(nearPort: number): Socket {
    const known = this.backs.get(nearPort);
    if (known) return known;
    const back = createSocket('udp4');
    back.on('message', (packet) => {
      this.carried.back += 1;
      this.later(() => this.front.send(packet, nearPort, '127.0.0.1'));
    });
    this.backs.set(nearPort, back);
    return back;
  }
}
