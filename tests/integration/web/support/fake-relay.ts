import { randomUUID } from 'node:crypto';
import { WhepPeer } from './whep-peer.ts';
import type { H264Clip } from '../../../support/h264-clip.ts';

/** A publisher and a relay in one: sends a clip round and round to all viewers and answers their clock channel. */
export class FakeRelay {
  isDown = false;
  /** What the relay says: whether a publisher is there. Pictures flow only with one. */
  isPublishing = true;
  /** false: pictures stop though everything says that they flow. */
  isSending = true;
  /** false: pings stay unanswered and no anchors are sent. */
  hasClock = true;
  readonly #clip: H264Clip;
  readonly #peers = new Map<string, WhepPeer>();
  readonly #timers: NodeJS.Timeout[];
  #epoch = randomUUID();
  #next = 0;
  #sinceMs = performance.now();
  readonly #startMs = performance.now();

  constructor(clip: H264Clip) {
    this.#clip = clip;
    this.#timers = [setInterval(() => this.#sendDueFrames(), 5), setInterval(() => this.#sendAnchor(), 250)];
  }

  get viewers(): number { return this.#peers.size; }

  async view(offer: string): Promise<{ id: string; sdp: string }> {
    const id = randomUUID();
    const peer = new WhepPeer(id);
    this.#peers.set(id, peer);
    const sdp = await peer.answer(offer, (text) => this.#answerPing(peer, text), () => { peer.say(this.#flow()); this.#sendAnchor(); });
    return { id, sdp };
  }

  drop(id: string): void {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
  }

  /** The publisher comes or goes, and the viewers are told. */
  setPublishing(isPublishing: boolean): void {
    this.isPublishing = isPublishing;
    this.#sinceMs = performance.now();
    this.#say(this.#flow());
  }

  saySkipping(on: boolean): void { this.#say({ t: 'skipping', on }); }

  /** The relay process dies without a word: no packet, no pong; its successor has another epoch and knows nobody. */
  kill(): void {
    this.isDown = true;
    for (const peer of this.#peers.values()) this.#silenced.add(peer);
    this.#peers.clear();
    this.#epoch = randomUUID();
  }

  /** Peers of a killed relay: kept open and mute, so that the viewer learns of the loss by silence only. */
  readonly #silenced = new Set<WhepPeer>();

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const peer of [...this.#peers.values(), ...this.#silenced]) peer.close();
    this.#peers.clear();
  }

  #say(message: object): void { for (const peer of this.#peers.values()) peer.say(message); }

  #flow(): object { return { t: 'flow', publisher: this.isPublishing, flowing: this.isPublishing, sinceRelayMs: this.#sinceMs, epoch: this.#epoch }; }

  #answerPing(peer: WhepPeer, text: string): void {
    const message = JSON.parse(text) as { t: string; id: number; atMs: number };
    if (message.t === 'ping' && this.hasClock && !this.#silenced.has(peer)) peer.say({ t: 'pong', id: message.id, atMs: message.atMs, relayMs: performance.now(), epoch: this.#epoch });
  }

  #rtpOf(index: number): number { return (index * (90_000 / this.#clip.fps)) % 2 ** 32; }

  /** Frame number index is captured at its exact moment; it leaves with the timer that comes next. */
  #sendAnchor(): void {
    const index = Math.floor(((performance.now() - this.#startMs) * this.#clip.fps) / 1000);
    const captureMs = this.#startMs + (index * 1000) / this.#clip.fps;
    if (this.hasClock && this.isPublishing) this.#say({ t: 'anchor', captureMs, rtp: this.#rtpOf(index), uncertaintyMs: 0.1, source: 'test' });
  }

  #sendDueFrames(): void {
    const due = Math.floor(((performance.now() - this.#startMs) * this.#clip.fps) / 1000);
    for (; this.#next <= due; this.#next += 1) {
      const unit = this.#clip.accessUnits[this.#next % this.#clip.accessUnits.length];
      if (unit === undefined || !this.isSending || !this.isPublishing) continue;
      const isKey = this.#next % (this.#clip.fps / 2) === 0;
      for (const peer of this.#peers.values()) peer.sendFrame(unit, this.#rtpOf(this.#next), isKey);
    }
  }
}
