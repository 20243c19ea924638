import type { NackTracker } from './nack-tracker.ts';
import type { ReceptionReport } from './rtcp-write.ts';

/** Interarrival jitter and the figures of receiver reports (RFC 3550, 6.4.1 and appendix A). Times in milliseconds. */
export class ReceiverReporter {
  private transit: number | null = null;
  private jitterUnits = 0;
  private expectedPrior = 0;
  private receivedPrior = 0;
  private lastReport = { middle: 0, atMs: 0 };

  /** One packet in the order of arrival; retransmitted ones are left out (they would count as jitter). */
  notePacket(timestamp: number, nowMs: number): void {
    const transit = (Math.round(nowMs * 90) - timestamp) | 0;
    if (this.transit !== null) {
      const distance = Math.abs((transit - this.transit) | 0);
      this.jitterUnits += (distance - this.jitterUnits) / 16;
    }
    this.transit = transit;
  }

  /** ntpMiddle: middle 32 bits of the sender report's NTP time. */
  noteSenderReport(ntpMiddle: number, nowMs: number): void {
    this.lastReport = { middle: ntpMiddle, atMs: nowMs };
  }

  /** The next report; loss is counted since the previous one. */
  take(mediaSsrc: number, tracker: NackTracker, nowMs: number): ReceptionReport {
    const expected = tracker.expected - this.expectedPrior;
    const lost = expected - (tracker.received - this.receivedPrior);
    this.expectedPrior = tracker.expected;
    this.receivedPrior = tracker.received;
    const known = this.lastReport.middle !== 0;
    return {
      mediaSsrc,
      lossFraction: expected > 0 && lost > 0 ? lost / expected : 0,
      cumulativeLost: tracker.expected - tracker.received,
      // Unsigned 32 bits of an extended number that began one wrap ahead.
      highestSequence: Math.max(0, tracker.highestExtended - 65_536),
      jitter: this.jitterUnits,
      lastSenderReport: known ? this.lastReport.middle : 0,
      delaySinceSenderReport: known ? Math.round((nowMs - this.lastReport.atMs) * 65.536) : 0,
    };
  }
}
