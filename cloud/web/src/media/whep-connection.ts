import { CLOCK_CHANNEL_LABEL, CLOCK_PING_INTERVAL_MS } from '@scanlink/protocol/hub/clock-constants';
import { ClockSync } from '@scanlink/protocol/hub/clock-sync';
import { parseRelayMessage, type RelayMessage } from './clock-message.ts';
import { deleteResource, postOffer } from './whep-request.ts';
import type { Refusal } from '../hub/refusal.ts';
import type { ViewLink } from '../link/view-link.ts';

export type OpenResult = { readonly kind: 'connected' } | { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'unreachable' | 'no-path' };

export interface ConnectionEvents {
  /** The connection is about to be closed; what it shows is still there. */
  closing(): void;
  /** The offer is on its way to the hub. */
  asked(): void;
  accepted(): void;
  /** The answer is taken: from here on the path is made off the page's thread. */
  underWay(): void;
  /** The video track carries packets (first connection: is negotiated). */
  track(track: MediaStreamTrack): void;
  message(message: RelayMessage, nowMs: number): void;
}

/** From the answer to a working path; a firewall that drops UDP shows itself by this. */
const CONNECT_LIMIT_MS = 4000;
/** The first pings come close together, so that the first pictures already have a clock. */
const FIRST_PINGS_MS = [0, 25, 50, 100];

/**
 * One WHEP resource: a peer connection that receives one video and carries the clock channel. Used once; after loss a
 * new one is made (a new POST instead of an ICE restart, as the relay has none).
 */
export class WhepConnection {
  readonly clock = new ClockSync();
  /** Settles when the connection is known to be lost; loss by silence is judged by the owner. */
  readonly lost: Promise<void>;
  readonly #link: ViewLink;
  readonly #events: ConnectionEvents;
  /** null: the browser doesn't tell, its own order stands. */
  readonly #codecs: RTCRtpCodec[] | null;
  readonly #pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  readonly #closed = new AbortController();
  readonly #channel: RTCDataChannel;
  #pings: number[] = [];
  #resource: string | null = null;
  #announceLoss: () => void = () => undefined;

  constructor(link: ViewLink, codecs: RTCRtpCodec[] | null, events: ConnectionEvents) {
    this.#link = link;
    this.#events = events;
    this.#codecs = codecs;
    this.lost = new Promise((resolve) => { this.#announceLoss = resolve; });
    this.#channel = this.#pc.createDataChannel(CLOCK_CHANNEL_LABEL, { ordered: false, maxRetransmits: 0 });
  }

  get clockOpen(): boolean { return this.#channel.readyState === 'open'; }

  /** Offers, posts, connects. Never rejects; after anything but `connected` the owner closes. */
  async open(): Promise<OpenResult> {
    this.#listen();
    try {
      const transceiver = this.#pc.addTransceiver('video', { direction: 'recvonly' });
      // Firefox before 128 has no preferences; the hub chooses H.264 from any offer that has it.
      if (this.#codecs !== null && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(this.#codecs);
      await this.#pc.setLocalDescription();
      const offer = this.#pc.localDescription?.sdp ?? '';
      if (!/^a=rtpmap:\d+ H264\//im.test(offer)) return { kind: 'refused', refusal: { kind: 'no-h264', again: false, words: null } };
      const posted = postOffer(this.#link, offer, this.#closed.signal);
      this.#events.asked();
      const answer = await posted;
      if (answer.kind !== 'accepted') return answer;
      if (this.#closed.signal.aborted) {
        if (answer.resource !== null) deleteResource(this.#link, answer.resource);
        return { kind: 'unreachable' };
      }
      this.#resource = answer.resource;
      this.#events.accepted();
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
      this.#events.underWay();
      return (await this.#waitConnected()) ? { kind: 'connected' } : { kind: 'no-path' };
    } catch {
      // An answer that the browser refuses: the next attempt may meet a relay that is whole again.
      return { kind: 'no-path' };
    }
  }

  /** Counters of the connection; null once it is closed. */
  async getStats(): Promise<RTCStatsReport | null> {
    return this.#closed.signal.aborted ? null : this.#pc.getStats();
  }

  /** Ends the resource at the hub too. Idempotent. */
  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#events.closing();
    this.#closed.abort();
    for (const timer of this.#pings) window.clearTimeout(timer);
    if (this.#resource !== null) deleteResource(this.#link, this.#resource);
    this.#pc.close();
    this.#announceLoss();
  }

  #listen(): void {
    const { signal } = this.#closed;
    this.#pc.addEventListener('track', ({ track }) => this.#events.track(track), { signal });
    this.#pc.addEventListener('connectionstatechange', () => {
      if (this.#pc.connectionState === 'failed' || this.#pc.connectionState === 'closed') this.#announceLoss();
    }, { signal });
    this.#channel.addEventListener('open', () => this.#startPings(), { signal });
    this.#channel.addEventListener('close', () => this.#announceLoss(), { signal });
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const nowMs = performance.now();
      const message = typeof data === 'string' ? parseRelayMessage(data) : null;
      if (message === null) return;
      if (message.t === 'pong') this.clock.pong(message, nowMs);
      this.#events.message(message, nowMs);
    }, { signal });
  }

  #startPings(): void {
    for (const afterMs of FIRST_PINGS_MS) this.#pings.push(window.setTimeout(() => this.#ping(), afterMs));
    this.#pings.push(window.setInterval(() => this.#ping(), CLOCK_PING_INTERVAL_MS));
  }

  #ping(): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(this.clock.ping(performance.now())));
  }

  async #waitConnected(): Promise<boolean> {
    const settled = (): boolean | null => {
      const { connectionState } = this.#pc;
      return connectionState === 'connected' ? true : connectionState === 'failed' || connectionState === 'closed' ? false : null;
    };
    return new Promise((resolve) => {
      const finish = (value: boolean): void => { window.clearTimeout(timer); resolve(value); };
      const timer = window.setTimeout(() => resolve(false), CONNECT_LIMIT_MS);
      const look = (): void => { const value = settled(); if (value !== null) finish(value); };
      this.#pc.addEventListener('connectionstatechange', look);
      this.#closed.signal.addEventListener('abort', () => finish(false));
      look();
    });
  }
}
