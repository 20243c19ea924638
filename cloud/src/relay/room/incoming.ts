import type { Anchor, MediaPlan } from '@scanlink/protocol';
import { readRtcp } from '@scanlink/protocol/rtp/rtcp';
import type { MediaPeer } from '../peer/peer.ts';
import { NackTracker, type Arrival } from '../rtp/nack-tracker.ts';
import { createRtpView, isRtcp, readRtp, type RtpView } from '../rtp/packet.ts';
import { ReceiverReporter } from '../rtp/receiver-report.ts';
import { writeNack, writePli, writeReceiverReport } from '../rtp/rtcp-write.ts';
import { UplinkMeter } from '../rtp/uplink-meter.ts';
import { TokenBucket } from './token-bucket.ts';
import { isPlausibleAnchor, readClockMessage, writeClockMessage } from './clock-messages.ts';
import type { RoomCounters } from './counters.ts';

export const PUBLISHER_SILENCE_MS = 15_000;
const REPORT_INTERVAL_MS = 1000;
const UPLINK_INTERVAL_MS = 200;
/** The highest rate that a box can be set to (50 Mbit/s) and a fifth more; a second of it at once. */
const MAX_INGEST_BYTES_PER_S = 7_500_000;
/** Pings five times a second, an anchor a second and one more a key frame. */
const TEXTS_PER_S = 40;
const RTCP_PER_S = 100;

/** What a publisher hands on. `restarted`: the packet begins another stream (numbers have no relation to those before). */
export interface IncomingSink {
  takePacket(packet: Buffer, view: RtpView, extended: number, restarted: boolean, nowMs: number): void;
  takeAnchor(anchor: Anchor): void;
  /** Packets were lost for good. */
  needKeyFrame(): void;
}

export interface IncomingOptions {
  readonly resourceId: string;
  readonly etag: string;
  readonly boxId: string;
  readonly plan: MediaPlan;
  readonly epoch: string;
  readonly ownSsrc: number;
  readonly counters: RoomCounters;
  readonly sink: IncomingSink;
  readonly nowMs: () => number;
  readonly maxIngestBytesPerSecond?: number;
}

/** The receiving side of one publisher: order, loss, reports, clock. Holds no packets. */
export class Incoming {
  readonly options: IncomingOptions;
  readonly view = createRtpView();
  peer: MediaPeer | null = null;
  private tracker = new NackTracker();
  private reporter = new ReceiverReporter();
  private uplink: UplinkMeter;
  private ssrc: number | null = null;
  private lastHeardMs: number;
  private lastReportMs: number;
  private lastUplinkMs: number;
  private firstRequests = 0;
  private lossNow = 0;
  private readonly ingest: TokenBucket;
  private readonly texts: TokenBucket;
  private readonly rtcp: TokenBucket;

  constructor(options: IncomingOptions) {
    this.options = options;
    const nowMs = options.nowMs();
    this.uplink = new UplinkMeter(nowMs);
    this.ingest = new TokenBucket(options.maxIngestBytesPerSecond ?? MAX_INGEST_BYTES_PER_S, options.maxIngestBytesPerSecond ?? MAX_INGEST_BYTES_PER_S, nowMs);
    this.texts = new TokenBucket(TEXTS_PER_S, TEXTS_PER_S, nowMs);
    this.rtcp = new TokenBucket(RTCP_PER_S, RTCP_PER_S, nowMs);
    this.lastHeardMs = nowMs;
    this.lastReportMs = nowMs;
    this.lastUplinkMs = nowMs;
  }

  handleMedia(packet: Buffer): void {
    const nowMs = this.options.nowMs();
    this.lastHeardMs = nowMs;
    // Left out before anything is counted: the box is told of the loss, and sends less.
    if (!this.ingest.take(packet.length, nowMs)) this.options.counters.ingestRefused += 1;
    else if (isRtcp(packet)) this.handleRtcp(packet, nowMs);
    else if (readRtp(packet, this.view) && this.view.payloadType === this.options.plan.payloadType) this.handleRtp(packet, nowMs);
  }

  private handleRtp(packet: Buffer, nowMs: number): void {
    const { counters, sink } = this.options;
    const { view } = this;
    let restarted = false;
    if (this.ssrc !== view.ssrc) {
      restarted = this.ssrc !== null;
      this.tracker = new NackTracker();
      this.beginStream(view.ssrc, nowMs);
    }
    const arrival: Arrival = this.tracker.receive(view.sequence, nowMs);
    if (arrival === 'restart') {
      // The tracker has begun anew with this packet by itself.
      this.beginStream(view.ssrc, nowMs);
      restarted = true;
    }
    if (arrival === 'duplicate') return;
    counters.packetsIn += 1;
    counters.bytesIn += packet.length;
    if (arrival === 'recovered') {
      counters.packetsRecovered += 1;
      this.uplink.noteRecovered(packet.length);
    } else {
      this.reporter.notePacket(view.timestamp, nowMs);
      this.uplink.notePacket(packet.length, view.timestamp, nowMs);
    }
    sink.takePacket(packet, view, this.tracker.extended, restarted, nowMs);
  }

  private beginStream(ssrc: number, nowMs: number): void {
    this.ssrc = ssrc;
    this.reporter = new ReceiverReporter();
    this.uplink = new UplinkMeter(nowMs);
  }

  private handleRtcp(packet: Buffer, nowMs: number): void {
    if (!this.rtcp.take(1, nowMs)) {
      this.options.counters.overBudget += 1;
      return;
    }
    for (const item of readRtcp(packet)) if (item.kind === 'sender-report' && item.ssrc === this.ssrc) this.reporter.noteSenderReport(item.ntpMiddle, nowMs);
  }

  handleClockText(text: string): void {
    const nowMs = this.options.nowMs();
    if (!this.texts.take(1, nowMs)) {
      this.options.counters.overBudget += 1;
      return;
    }
    const message = readClockMessage(text);
    if (!message) return;
    this.lastHeardMs = nowMs;
    if (message.t === 'ping') this.peer?.sendClock(writeClockMessage({ t: 'pong', id: message.id, atMs: message.atMs, relayMs: nowMs, epoch: this.options.epoch }));
    else if (isPlausibleAnchor(message, nowMs)) this.options.sink.takeAnchor(message);
  }

  /** What came before a key frame need not be asked for any more. */
  noteKeyFrame(extended: number): void {
    this.tracker.forgetBefore(extended);
  }

  /** Its stream is known, so that a request can name it. */
  get canAsk(): boolean {
    return this.ssrc !== null && this.peer !== null;
  }

  requestKeyFrame(): void {
    if (this.ssrc === null || !this.peer) return;
    if (this.peer.send(writePli(this.options.ownSsrc, this.ssrc))) this.options.counters.plisSent += 1;
  }

  /** Share of packets lost on the way here, in the last window of 200 ms, before NACK. */
  get lossFraction(): number {
    return this.lossNow;
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.lastHeardMs > PUBLISHER_SILENCE_MS;
  }

  /** Each 20 ms: NACKs; reports when their time has come. */
  tick(nowMs: number): void {
    if (this.ssrc === null || !this.peer) return;
    const { ownSsrc, counters, sink } = this.options;
    const work = this.tracker.takeDue(nowMs);
    this.firstRequests += work.firstRequests;
    counters.packetsLost += work.firstRequests;
    if (work.sequences.length > 0 && this.peer.send(writeNack(ownSsrc, this.ssrc, work.sequences))) counters.nacksSent += 1;
    if (work.gaveUp > 0) sink.needKeyFrame();
    if (nowMs - this.lastReportMs >= REPORT_INTERVAL_MS) {
      this.lastReportMs = nowMs;
      this.peer.send(writeReceiverReport(ownSsrc, this.reporter.take(this.ssrc, this.tracker, nowMs)));
    }
    if (nowMs - this.lastUplinkMs >= UPLINK_INTERVAL_MS) this.reportUplink(nowMs);
  }

  private reportUplink(nowMs: number): void {
    this.lastUplinkMs = nowMs;
    const window = this.uplink.take(this.firstRequests, this.tracker.expected, nowMs);
    this.firstRequests = 0;
    this.lossNow = window.lossFraction;
    this.peer?.sendClock(writeClockMessage({ t: 'uplink', ...window }));
  }

  close(): void {
    this.peer?.close();
  }
}
