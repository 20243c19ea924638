import { toAppError, type PublisherReport, type PublishTarget } from '@scanlink/protocol';
import type { AccessUnit } from '@scanlink/hal/native/native';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { Patience } from '@scanlink/protocol/lib/patience';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { startBitrate, stepBitrate, type BitrateState, type PathMeasurement } from './rate/bitrate-controller.ts';
import { toRtcIceServers } from './whip/ice-servers.ts';
import { EncoderSlot } from './encoder-slot.ts';
import type { LiveSource } from './live-encoder.ts';
import { LivePath } from './path/live-path.ts';
import { pacedKbps, stepPacing, unpaced, type PacingState } from './rate/pacing.ts';
import { startPublisher, stepPublisher, type PublisherEffect, type PublisherEvent, type PublisherMachine, type PublisherStep } from './publisher-machine.ts';
import { buildPublisherReport } from './publisher-report.ts';
import { RateMeter } from './rate/rate-meter.ts';
import { WhipSession } from './whip/whip-session.ts';

export interface PublisherDeps {
  readonly source: LiveSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** The report differs from before in more than its numbers. */
  readonly onChange: () => void;
}

/** How long close() waits for a POST that is under way, so that its resource can be ended too. */
const POST_GRACE_MS = 400;

/**
 * Keeps one input streaming to one WHIP endpoint: connects, sends, judges the path, connects anew, for ever, until
 * closed or refused. Decisions are publisher-machine.ts; here they are carried out.
 */
export class Publisher {
  private readonly deps: PublisherDeps;
  private target: PublishTarget;
  private readonly whip: WhipSession;
  private readonly encoder: EncoderSlot;
  private readonly meter = new RateMeter();
  /** Of the way to this far end, over all its paths. */
  private readonly patience = new Patience();
  private machine: PublisherMachine;
  private bitrate: BitrateState;
  private pacing: PacingState = unpaced;
  private path: LivePath | null = null;
  private attempt: Promise<void> = Promise.resolve();
  private abort = new AbortController();
  private timer: Timer | null = null;
  private ending: Promise<void> | null = null;
  private relayEpoch: string | null = null;
  private profileLevelId: string | null = null;
  private lastFrameMs: number | null = null;
  private timestampSource = '';
  private readonly counts = { keyFrames: 0, framesSent: 0, noPath: 0 };

  constructor(target: PublishTarget, deps: PublisherDeps) {
    this.deps = deps;
    this.target = target;
    this.whip = new WhipSession(target, target.previousLocation, deps.logger);
    this.bitrate = startBitrate(target.bitrateKbps.start, target.bitrateKbps, deps.clock.monotonicMs());
    this.encoder = new EncoderSlot(deps.source, this.bitrate.targetKbps, (unit) => this.onUnit(unit));
    this.machine = startPublisher().machine;
  }

  /** Starts encoder and WHIP side by side. */
  start(): void {
    this.encoder.open(this.target.profile);
    this.apply(startPublisher());
  }

  /** Takes over what may change without a new stream: bounds of the bitrate, token, hosts. */
  update(target: PublishTarget): void {
    this.target = target;
    this.whip.retarget(target);
  }

  /** As it stands now, for the report to firmware. */
  report(): PublisherReport {
    return buildPublisherReport({
      sessionId: this.target.sessionId, machine: this.machine, location: this.whip.location, stats: this.encoder.stats(),
      lastFrameMs: this.readLastFrameMs(), rates: this.meter.read(this.deps.clock.monotonicMs()), targetKbps: this.bitrate.targetKbps,
      lossFraction: this.path?.lossFraction ?? 0, rttMs: this.path?.rttMs ?? null, counts: this.counts,
      profileLevelId: this.profileLevelId, sourceFailure: this.deps.source.failure,
    });
  }

  /** DELETE, then everything closed; idempotent, at most about 1.4 s. */
  close(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    this.apply(stepPublisher(this.machine, { type: 'stop' }));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.attempt, new Promise((resolve) => { timer = setTimeout(resolve, POST_GRACE_MS); })]);
    clearTimeout(timer);
    this.abort.abort();
    await this.whip.end();
    this.dropPath();
  }

  private step(event: PublisherEvent): void {
    this.apply(stepPublisher(this.machine, event));
  }

  private apply(step: PublisherStep): void {
    const before = this.machine;
    this.machine = step.machine;
    for (const effect of step.effects) this.run(effect);
    if (before.state === step.machine.state) return;
    const error = 'error' in step.machine ? step.machine.error : null;
    this.deps.logger.info({ state: step.machine.state, ...(error ? { code: error.code, detail: error.message } : {}) }, 'publisher');
    this.deps.onChange();
  }

  private run(effect: PublisherEffect): void {
    switch (effect.type) {
      case 'connect': this.attempt = this.connect(); break;
      case 'drop-path': this.dropPath(); break;
      case 'rest-encoder': this.encoder.close(); break;
      case 'wait': this.timer = this.deps.clock.after(effect.delayMs, () => this.step({ type: 'retry' })); break;
      case 'end':
        this.timer?.cancel();
        this.encoder.close();
        break;
    }
  }

  private async connect(): Promise<void> {
    let path: LivePath | null = null;
    try {
      path = this.openPath();
      const answer = await this.whip.post(await path.createOffer(), this.abort.signal);
      // A stop in the meantime: close() waits for us and then ends the resource.
      if (this.path !== path) return;
      this.patience.measured(answer.rttMs);
      const choice = path.acceptAnswer(answer.sdp);
      this.profileLevelId = choice.profileLevelId;
      this.encoder.open(choice.encoderProfile);
      this.step({ type: 'answered' });
      const late = path.takeTrickle();
      if (late !== null) await this.whip.trickle(late);
    } catch (thrown) {
      if (path === null || this.path === path) this.step({ type: 'failed', error: toAppError(thrown), random: this.deps.random() });
    }
  }

  private openPath(): LivePath {
    this.dropPath();
    this.timestampSource = '';
    const path = new LivePath(this.target, toRtcIceServers(this.target.iceServers, this.target.useNamedIceServers ? this.whip.iceServers : []), {
      clock: this.deps.clock, patience: this.patience,
      events: {
        onKeyFrameWanted: () => this.encoder.forceKeyFrame(),
        onConfirmed: () => this.step({ type: 'confirmed' }),
        onFailed: (error) => this.step({ type: 'failed', error, random: this.deps.random() }),
        onLost: (reason, error) => this.step({ type: 'lost', reason, error }),
        onMeasurement: (measurement) => this.onMeasurement(measurement),
        onEpoch: (epoch) => this.onEpoch(epoch),
      },
    });
    this.path = path;
    return path;
  }

  private dropPath(): void {
    this.lastFrameMs = this.readLastFrameMs();
    this.path?.close();
    this.path = null;
  }

  private onMeasurement(measurement: PathMeasurement): void {
    const nowMs = this.deps.clock.monotonicMs();
    this.bitrate = stepBitrate(this.bitrate, measurement, this.target.bitrateKbps, nowMs);
    this.encoder.setBitrateKbps(this.bitrate.targetKbps);
    this.pacing = stepPacing(this.pacing, this.bitrate.smoothLoss, nowMs);
    this.path?.setPacing(pacedKbps(this.pacing, this.bitrate.targetKbps));
  }

  private onEpoch(epoch: string): void {
    const other = this.relayEpoch !== null && this.relayEpoch !== epoch;
    this.relayEpoch = epoch;
    if (!other) return;
    this.step({ type: 'reason', reason: 'relay-restarted' });
    this.deps.onChange();
  }

  private onUnit(unit: AccessUnit): void {
    const path = this.path;
    if (!path?.send(unit, this.readTimestampSource())) {
      this.counts.noPath += 1;
      return;
    }
    this.counts.framesSent += 1;
    if (unit.keyFrame) this.counts.keyFrames += 1;
    this.meter.add(this.deps.clock.monotonicMs(), unit.data.length);
  }

  /** Asked until known, then kept for a connection: a call into the native core for each frame is not worth it. */
  private readTimestampSource(): string {
    if (this.timestampSource === '') this.timestampSource = this.encoder.stats()?.timestampSource ?? '';
    return this.timestampSource;
  }

  private readLastFrameMs(): number | null {
    return this.path?.deliveredMs ?? this.lastFrameMs;
  }
}
