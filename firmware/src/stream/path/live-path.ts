import type { GapReason, PublishTarget } from '@scanlink/protocol';
import { AppError } from '@scanlink/protocol';
import type { IceServer as RtcIceServer } from 'node-datachannel';
import { limitOf, PATH_LIMITS } from '@scanlink/protocol/hub/path-limits';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { ntpMiddle, roundTripMs, type RtcpItem } from '@scanlink/protocol/rtp/rtcp';
import type { Patience } from '@scanlink/protocol/lib/patience';
import type { PathMeasurement } from '../rate/bitrate-controller.ts';
import { ClockChannel } from './clock-channel.ts';
import { idleThrottle, onForced, onRequest, onWindowEnd, type ThrottleState, type ThrottleStep } from './key-frame-throttle.ts';
import { checkPath, heard, PATH_CHECK_INTERVAL_MS, startPath, type PathState } from './path-monitor.ts';
import { Sender } from './sender.ts';
import type { AnswerChoice } from './sdp.ts';

export type PathTarget = Pick<PublishTarget, 'profile' | 'playoutDelayZero' | 'stripHostCandidates' | 'clockChannel'>;

/** Called on the JavaScript thread, never after close(). */
export interface PathEvents {
  /** A receiver needs a key frame (already throttled), or the path has just opened. */
  onKeyFrameWanted(): void;
  /** Open, answered by the far end where it has a clock, and a picture has gone out. Once. */
  onConfirmed(): void;
  /** Before confirmation: the attempt came to nothing. */
  onFailed(error: AppError): void;
  /** After confirmation: the path is gone. */
  onLost(reason: GapReason, error: AppError): void;
  onMeasurement(measurement: PathMeasurement): void;
  onEpoch(epoch: string): void;
}
export interface PathUnit { readonly data: Buffer; readonly timestampUs: number; readonly keyFrame: boolean }

/** One attempt to reach the far end, from offer to loss: sender, clock, judgement of the path. Never reused. */
export class LivePath {
  /** Unix ms of the last access unit that went out before the far end's last sign of life; null before confirmation. */
  deliveredMs: number | null = null;
  lossFraction = 0;
  private readonly clock: Clock;
  private readonly events: PathEvents;
  private readonly patience: Patience;
  private readonly sender: Sender;
  private readonly clockChannel: ClockChannel;
  private readonly timers: Timer[] = [];
  /** Apart from the others, as each request inside the window makes a new one. */
  private throttleTimer: Timer | null = null;
  private path: PathState | null = null;
  private throttle: ThrottleState = idleThrottle;
  private phase: 'offering' | 'connecting' | 'open' | 'confirmed' | 'closed' = 'offering';
  private clockAccepted = false;
  private epoch: string | null = null;
  private sentMs: number | null = null;
  private reportRttMs: number | null = null;

  constructor(target: PathTarget, iceServers: readonly (string | RtcIceServer)[], deps: { clock: Clock; events: PathEvents; patience: Patience }) {
    this.clock = deps.clock;
    this.events = deps.events;
    this.patience = deps.patience;
    this.sender = new Sender({ ...target, iceServers }, {
      onOpen: () => this.opened(),
      onEnded: (detail) => this.ended(detail),
      onRtcp: (items) => this.received(items),
      onClockOpen: () => this.clockChannel.start(),
      onClockMessage: (text) => this.clockChannel.receive(text),
    });
    this.clockChannel = new ClockChannel((text) => this.sender.sendClock(text), {
      onPong: (epoch) => this.ponged(epoch),
      onUplink: ({ lossFraction, delayGrowthMs }) => {
        this.lossFraction = lossFraction;
        this.events.onMeasurement({ source: 'uplink', lossFraction, delayGrowthMs });
      },
    }, this.clock);
  }

  get rttMs(): number | null {
    return this.clockChannel.rttMs ?? this.reportRttMs;
  }

  createOffer(): Promise<string> {
    return this.sender.createOffer();
  }

  /** @throws STR_WHIP_REFUSED when the answer holds nothing that we can send. */
  acceptAnswer(sdp: string): AnswerChoice {
    const choice = this.sender.acceptAnswer(sdp);
    this.clockAccepted = choice.dataChannel;
    this.phase = 'connecting';
    this.timers.push(this.clock.after(limitOf(PATH_LIMITS.mediaConnect, this.patience.rttMs), () => {
      if (this.phase === 'connecting') this.ended('no connection');
    }));
    return choice;
  }

  /** Rate at which the packets of a picture leave; null: in one go. */
  setPacing(kbps: number | null): void {
    this.sender.setPacing(kbps);
  }

  takeTrickle(): string | null {
    return this.sender.takeTrickle();
  }

  /**
   * Sends an access unit on an open path; before its first key frame nothing goes out, as nobody could show it.
   * @param source the driver's time-stamp source. @returns whether it went out.
   */
  send(unit: PathUnit, source: string): boolean {
    if (this.phase !== 'open' && this.phase !== 'confirmed') return false;
    if (this.sentMs === null && !unit.keyFrame) return false;
    if (!this.sender.send(unit)) return false;
    this.sentMs = this.clock.nowMs();
    this.clockChannel.noteSent({ timestampUs: unit.timestampUs, rtp: this.sender.toRtp(unit.timestampUs), source }, unit.keyFrame);
    this.confirm();
    return true;
  }

  /** Idempotent. */
  close(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    for (const timer of this.timers) timer.cancel();
    this.throttleTimer?.cancel();
    this.clockChannel.close();
    this.sender.close();
  }

  private opened(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'open';
    this.throttle = onForced(this.clock.monotonicMs());
    this.events.onKeyFrameWanted();
    // A clock channel that was accepted and stays silent is done without.
    if (this.clockAccepted) this.timers.push(this.clock.after(limitOf(PATH_LIMITS.clockAnswer, this.patience.rttMs), () => this.doWithoutClock()));
    this.timers.push(this.clock.every(PATH_CHECK_INTERVAL_MS, () => this.check()));
  }

  private doWithoutClock(): void {
    if (this.epoch !== null) return;
    this.clockAccepted = false;
    this.confirm();
  }

  private confirm(): void {
    if (this.phase !== 'open' || this.sentMs === null || (this.clockAccepted && this.epoch === null)) return;
    this.phase = 'confirmed';
    this.path = startPath(this.clockAccepted ? 'clock' : 'reports', this.clock.monotonicMs());
    this.patience.found(this.clock.monotonicMs());
    this.deliveredMs = this.sentMs;
    this.events.onConfirmed();
  }

  private sign(): void {
    if (!this.path) return;
    this.path = heard(this.path, this.clock.monotonicMs());
    this.deliveredMs = this.sentMs;
  }

  private ponged(epoch: string): void {
    const { rttMs } = this.clockChannel;
    if (rttMs !== null) this.patience.measured(rttMs);
    if (this.epoch === null) {
      this.epoch = epoch;
      this.events.onEpoch(epoch);
    } else if (this.epoch !== epoch) {
      this.lose('relay-restarted', 'another relay answers');
      return;
    }
    this.confirm();
    // One that was done without answers after all: a far path.
    this.clockAccepted = true;
    if (this.path?.evidence === 'reports') this.path = { ...this.path, evidence: 'clock' };
    this.sign();
  }

  private received(items: readonly RtcpItem[]): void {
    // Whatever the far end says, an empty report too, it is there.
    if (items.some((item) => item.kind !== 'bye') && this.path?.evidence === 'reports') this.sign();
    for (const item of items) {
      if (!('mediaSsrc' in item) || item.mediaSsrc !== this.sender.ssrc) continue;
      if (item.kind === 'pli' || item.kind === 'fir') this.applyThrottle(onRequest(this.throttle, this.clock.monotonicMs()));
      if (item.kind === 'report') this.reported(item);
    }
  }

  private reported(report: Extract<RtcpItem, { kind: 'report' }>): void {
    const rttMs = roundTripMs(report, ntpMiddle(performance.timeOrigin + performance.now()));
    if (rttMs !== null) this.patience.measured(rttMs);
    this.reportRttMs = rttMs ?? this.reportRttMs;
    if (this.clockAccepted) return;
    this.lossFraction = report.lossFraction;
    this.events.onMeasurement({ source: 'receiver-report', lossFraction: report.lossFraction });
  }

  private applyThrottle(step: ThrottleStep): void {
    this.throttle = step.state;
    if (step.action === 'force') this.events.onKeyFrameWanted();
    if (step.action !== 'wait') return;
    this.throttleTimer?.cancel();
    this.throttleTimer = this.clock.after(step.waitMs, () => this.applyThrottle(onWindowEnd(this.throttle, this.clock.monotonicMs())));
  }

  private check(): void {
    if (!this.path) return;
    const nowMs = this.clock.monotonicMs();
    const { state, lost } = checkPath(this.path, nowMs, this.patience.silenceMs(nowMs));
    this.path = state;
    if (!lost) return;
    this.patience.lost(nowMs);
    this.lose('network-lost', 'silence');
  }

  /** At connect time ICE's word counts; on a confirmed path it is the far end that hung up. */
  private ended(detail: string): void {
    if (this.phase === 'confirmed') {
      this.lose('relay-restarted', detail);
    } else if (this.phase !== 'closed') {
      this.close();
      this.events.onFailed(new AppError('STR_PATH_LOST', { detail }));
    }
  }

  private lose(reason: GapReason, detail: string): void {
    if (this.phase === 'closed') return;
    const confirmed = this.phase === 'confirmed';
    this.close();
    const error = new AppError('STR_PATH_LOST', { detail });
    if (confirmed) this.events.onLost(reason, error);
    else this.events.onFailed(error);
  }
}
