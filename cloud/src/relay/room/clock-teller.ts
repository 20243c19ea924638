import type { Anchor, ClockFromRelay } from '@scanlink/protocol';
import { writeSenderReport } from '../rtp/rtcp-write.ts';
import type { Audience } from './audience.ts';
import type { RoomCounters } from './counters.ts';
import { stepFlow, type FlowState } from './flow-watch.ts';
import type { OutgoingLine } from './outgoing-line.ts';
import type { Viewer } from './viewer.ts';

const SENDER_REPORT_INTERVAL_MS = 1000;

/** Tells a room's viewers of time and flow: anchors in their own line, whether packets flow, sender reports. */
export class ClockTeller {
  private readonly line: OutgoingLine;
  private readonly audience: Audience;
  private readonly epoch: string;
  private flow: FlowState;
  private anchor: Anchor | null = null;
  private sentAnchor: Anchor | null = null;
  private lastReportMs = 0;

  constructor(line: OutgoingLine, audience: Audience, epoch: string, nowMs: number) {
    this.line = line;
    this.audience = audience;
    this.epoch = epoch;
    this.flow = { publisher: false, flowing: false, sinceMs: nowMs };
  }

  get isFlowing(): boolean {
    return this.flow.flowing;
  }

  greet(viewer: Viewer): void {
    viewer.tell(this.describeFlow());
    if (this.sentAnchor) viewer.tell(this.sentAnchor);
    if (viewer.stream.keyFramesOnly) viewer.tell({ t: 'skipping', on: true });
  }

  updateFlow(hasPublisher: boolean, lastPacketMs: number | null, nowMs: number): void {
    const next = stepFlow(this.flow, hasPublisher, lastPacketMs, nowMs);
    if (next === this.flow) return;
    this.flow = next;
    this.audience.tell(this.describeFlow());
  }

  takeAnchor(anchor: Anchor): void {
    this.anchor = anchor;
    this.forwardAnchor();
  }

  /** Once the line runs: the publisher's anchor in the viewers' time stamps. */
  forwardAnchor(): void {
    if (!this.anchor || !this.line.timeline.isBound) return;
    this.sentAnchor = { ...this.anchor, rtp: this.line.timeline.mapTimestamp(this.anchor.rtp) };
    this.audience.tell(this.sentAnchor);
  }

  /** Another stream begins: what was said of the last one holds no more. */
  forgetAnchor(): void {
    this.anchor = null;
    this.sentAnchor = null;
  }

  /** Each 20 ms. unixMs: wall clock. */
  tick(counters: RoomCounters, nowMs: number, unixMs: number): void {
    if (!this.flow.flowing || !this.line.timeline.isBound || nowMs - this.lastReportMs < SENDER_REPORT_INTERVAL_MS) return;
    this.lastReportMs = nowMs;
    // With an anchor the mapping is exact; without it the last packet's arrival stands for its capture.
    const rtp = this.sentAnchor ? (this.sentAnchor.rtp + Math.round((nowMs - this.sentAnchor.captureMs) * 90)) >>> 0 : this.line.timeline.timestampAt(nowMs);
    this.audience.sendReport(writeSenderReport(this.line.options.ssrc, unixMs, rtp, counters.packetsIn, counters.bytesIn, this.line.options.cname));
  }

  private describeFlow(): ClockFromRelay {
    return { t: 'flow', publisher: this.flow.publisher, flowing: this.flow.flowing, sinceRelayMs: this.flow.sinceMs, epoch: this.epoch };
  }
}
