import type { AccessUnit, Framing, Output, Pipeline } from '@scanlink/hal/native/native';
import { cropMisfitText, signalTexts, stalledText, toAppError, type AppError } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { LiveEncoder, LiveEncoderOptions } from '../stream/live-encoder.ts';
import { Retry } from './retry.ts';

interface Attached { readonly options: LiveEncoderOptions; readonly onUnit: (unit: AccessUnit) => void; kbps: number; output: Output | null; unitMonoMs: number }

/** An encoder gives a picture or a placeholder many times a second; rebuilding one takes a moment. */
const FLOW_SILENCE_MS = 8000;
/** 1080p60; larger pictures are scaled, faster ones thinned (DESIGN, section 3). */
const LIVE_MAX_LEVEL = '4.2';

/** The live outputs of one input. They outlive the device: with each pipeline they are put on anew. */
export class LiveOutputs {
  /** Why an encoder could not be opened; null when all that are wanted are. */
  failure: AppError | null = null;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly input: () => string;
  private readonly attached = new Set<Attached>();
  private place: { pipeline: Pipeline; framing: Framing } | null = null;
  private readonly retry: Retry;

  constructor(deps: { readonly clock: Clock; readonly logger: Logger; readonly input: () => string; readonly onChange: () => void }) {
    this.clock = deps.clock;
    this.logger = deps.logger;
    this.input = deps.input;
    this.retry = new Retry(deps.clock, () => {
      this.attachMissing();
      deps.onChange();
    });
  }

  open(options: LiveEncoderOptions, onUnit: (unit: AccessUnit) => void): LiveEncoder {
    const each: Attached = { options, onUnit, kbps: options.bitrateKbps, output: null, unitMonoMs: 0 };
    this.attached.add(each);
    this.attachMissing();
    return {
      forceKeyFrame: () => each.output?.forceKeyFrame(),
      setBitrateKbps: (kbps) => {
        each.kbps = kbps;
        each.output?.setBitrateKbps(kbps);
      },
      stats: () => each.output?.stats() ?? null,
      close: () => {
        this.attached.delete(each);
        void each.output?.close();
        each.output = null;
        if (this.attached.size === 0) this.failure = null;
      },
    };
  }

  /** Puts all outputs on this pipeline with this framing; those that are open already are opened anew. */
  attachTo(pipeline: Pipeline, framing: Framing): void {
    for (const each of this.attached) {
      void each.output?.close();
      each.output = null;
    }
    this.place = { pipeline, framing };
    this.attachMissing();
  }

  /** The pipeline is about to be closed, and its outputs with it. */
  detach(): void {
    this.place = null;
    this.retry.reset();
    this.failure = null;
    for (const each of this.attached) each.output = null;
  }

  /** One of them sends a placeholder because its framing does not fit what comes. */
  showsMisfit(): boolean {
    return [...this.attached].some((each) => each.output?.stats().placeholder === 'crop-misfit');
  }

  /** Whether each open encoder has given something lately. */
  areFlowing(): boolean {
    const now = this.clock.monotonicMs();
    return [...this.attached].every((each) => each.output === null || now - each.unitMonoMs <= FLOW_SILENCE_MS);
  }

  private attachMissing(): void {
    this.failure = null;
    for (const each of this.attached) if (!each.output) this.attach(each);
    if (!this.failure) this.retry.reset();
  }

  private attach(each: Attached): void {
    if (!this.place) return;
    const { pipeline, framing } = this.place;
    each.unitMonoMs = this.clock.monotonicMs();
    try {
      each.output = pipeline.addOutput({
        name: 'live', profile: each.options.profile, bitrateKbps: each.kbps, preset: 'auto', maxLevel: LIVE_MAX_LEVEL, ...framing,
        placeholder: { ...signalTexts, stalled: stalledText, 'crop-misfit': cropMisfitText },
      }, (unit) => {
        each.unitMonoMs = this.clock.monotonicMs();
        each.onUnit(unit);
      });
    } catch (thrown) {
      // Capture goes on (signal state, stills); the report says why there is no stream.
      this.failure = toAppError(thrown);
      this.logger.error({ input: this.input(), code: this.failure.code, detail: this.failure.message }, 'encoder cannot be opened');
      this.retry.schedule(this.failure);
    }
  }
}
