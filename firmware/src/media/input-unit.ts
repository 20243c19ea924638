import { join } from 'node:path';
import type { CaptureDriver, CaptureInput } from '@scanlink/hal/capture/capture';
import type { AccessUnit, NativeCore, Output, Pipeline } from '@scanlink/hal/native/native';
import { AppError, cropMisfitText, signalTexts, simulatedText, stalledText, toAppError, type InputConfig, type InputState, type SimRequest, type StillResult } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import type { Logger } from '../lib/logger.ts';
import type { LiveEncoder, LiveEncoderOptions, LiveSource } from '../stream/live-encoder.ts';
import { buildInputState, type WallTime } from './input-state.ts';

export interface InputDeps {
  readonly core: () => NativeCore;
  /** @throws DEV_DRIVER_UNAVAILABLE when this build has no such driver. */
  readonly driver: (name: InputConfig['driver']) => Promise<CaptureDriver>;
  readonly fontPaths: readonly string[];
  readonly wallTime: WallTime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
}
export interface InputWish { readonly config: InputConfig; readonly previewDir: string | null }

interface Attached { readonly options: LiveEncoderOptions; readonly onUnit: (unit: AccessUnit) => void; kbps: number; output: Output | null; unitMonoMs: number }

const REOPEN_INTERVAL_MS = 1000;
/** An encoder gives a picture or a placeholder many times a second; rebuilding one takes a moment. */
const FLOW_SILENCE_MS = 8000;
/** 1080p60; larger pictures are scaled, faster ones thinned (DESIGN, section 3). */
const LIVE_MAX_LEVEL = '4.2';

/**
 * One input: capture device and native pipeline, always running, and the live outputs on it. Outputs outlive the
 * device: when the input is opened anew they are put on the new pipeline.
 */
export class InputUnit implements LiveSource {
  failure: AppError | null = null;
  private readonly deps: InputDeps;
  private wish: InputWish;
  private opened: { input: CaptureInput; pipeline: Pipeline } | null = null;
  private readonly attached = new Set<Attached>();
  private work: Promise<void> = Promise.resolve();
  private generation = 0;
  private retry: Timer | null = null;
  private closedSinceMs: number;

  constructor(wish: InputWish, deps: InputDeps) {
    this.deps = deps;
    this.wish = wish;
    this.closedSinceMs = deps.clock.nowMs();
  }

  get name(): string {
    return this.wish.config.name;
  }

  start(): void {
    this.reopen();
  }

  /** Opens the input anew when the wish differs; the present one is closed before. */
  update(wish: InputWish): void {
    const same = JSON.stringify(wish) === JSON.stringify(this.wish);
    this.wish = wish;
    if (!same) this.reopen();
  }

  openLive(options: LiveEncoderOptions, onUnit: (unit: AccessUnit) => void): LiveEncoder {
    const each: Attached = { options, onUnit, kbps: options.bitrateKbps, output: null, unitMonoMs: 0 };
    this.attached.add(each);
    if (this.opened) this.attach(this.opened.pipeline, each);
    return {
      forceKeyFrame: () => each.output?.forceKeyFrame(),
      setBitrateKbps: (kbps) => {
        each.kbps = kbps;
        each.output?.setBitrateKbps(kbps);
      },
      stats: () => each.output?.stats() ?? null,
      close: () => {
        this.attached.delete(each);
        each.output?.close();
        each.output = null;
      },
    };
  }

  state(): InputState {
    const { opened, wish: { config }, deps } = this;
    return buildInputState({
      name: config.name, driver: config.driver, device: opened?.input.device ?? config.driver, simulated: config.driver === 'sim',
      status: opened?.pipeline.status() ?? null, cropMisfit: this.sendsMisfit(), closedDetail: this.failure?.code ?? 'opening', closedSinceMs: this.closedSinceMs,
    }, (captureUs) => deps.wallTime.toUnixMs(captureUs));
  }

  /** @throws DEV_NOT_SIMULATED; CFG_UNKNOWN_TIMING; what kept the input from opening. */
  command(request: SimRequest): void {
    if (this.wish.config.driver !== 'sim') throw new AppError('DEV_NOT_SIMULATED', { input: this.name });
    this.present().input.command(request);
  }

  /** @throws NAT_NO_FRAME, NAT_STILL_WRITE. */
  async still(folder: string): Promise<StillResult> {
    const path = join(folder, `${this.name}-${this.deps.clock.nowMs()}.png`);
    const info = await this.present().pipeline.still(path);
    return { path, widthPx: info.widthPx, heightPx: info.heightPx, timestampUs: info.timestampUs, sequence: info.sequence, exact: info.exact, conversion: info.conversion };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.generation += 1;
    this.retry?.cancel();
    await this.work;
    await this.shut();
  }

  /** Whether each open encoder has given something lately. One that could not be opened has its own words. */
  isFlowing(): boolean {
    const now = this.deps.clock.monotonicMs();
    return [...this.attached].every((each) => each.output === null || now - each.unitMonoMs <= FLOW_SILENCE_MS);
  }

  private sendsMisfit(): boolean {
    return [...this.attached].some((each) => each.output?.stats().placeholder === 'crop-misfit');
  }

  private present(): { input: CaptureInput; pipeline: Pipeline } {
    if (!this.opened) throw this.failure ?? new AppError('NAT_NO_FRAME');
    return this.opened;
  }

  private reopen(): void {
    this.generation += 1;
    this.retry?.cancel();
    const mine = this.generation;
    // One after the other: a device is closed before it is opened again.
    this.work = this.work.then(async () => {
      if (mine === this.generation) await this.open(mine);
    });
  }

  private async open(mine: number): Promise<void> {
    await this.shut();
    const { config, previewDir } = this.wish;
    try {
      const driver = await this.deps.driver(config.driver);
      const input = await driver.open(toOpenOptions(config));
      if (mine !== this.generation) {
        await input.close();
        return;
      }
      const pipeline = this.deps.core().createPipeline(input.handle, { fontPaths: this.deps.fontPaths });
      this.opened = { input, pipeline };
      this.failure = null;
      pipeline.onStatus(() => this.deps.onChange());
      for (const each of this.attached) this.attach(pipeline, each);
      if (previewDir !== null) pipeline.preview(join(previewDir, `${config.name}.preview`));
      this.deps.logger.info({ input: config.name, driver: config.driver, device: input.device }, 'input open');
    } catch (thrown) {
      await this.fail(toAppError(thrown));
    }
    this.deps.onChange();
  }

  private async fail(error: AppError): Promise<void> {
    await this.shut();
    if (this.failure?.code !== error.code) this.deps.logger.error({ input: this.name, code: error.code, detail: error.message }, 'input cannot be opened');
    this.failure = error;
    if (error.retryable) this.retry = this.deps.clock.after(REOPEN_INTERVAL_MS, () => this.reopen());
  }

  private attach(pipeline: Pipeline, each: Attached): void {
    const { crop, masks, driver } = this.wish.config;
    each.unitMonoMs = this.deps.clock.monotonicMs();
    try {
      each.output = pipeline.addOutput({
        name: 'live', profile: each.options.profile, bitrateKbps: each.kbps, preset: 'auto', maxLevel: LIVE_MAX_LEVEL,
        ...(crop ? { crop } : {}), ...(masks ? { masks } : {}),
        placeholder: { ...signalTexts, stalled: stalledText, 'crop-misfit': cropMisfitText },
        // A simulated source says so in every picture; in a captured one the console itself does.
        ...(driver === 'sim' ? { placeholderNote: simulatedText } : {}),
      }, (unit) => {
        each.unitMonoMs = this.deps.clock.monotonicMs();
        each.onUnit(unit);
      });
    } catch (thrown) {
      // Capture goes on (signal state, stills); the report says why there is no stream.
      this.failure = toAppError(thrown);
      this.deps.logger.error({ input: this.name, code: this.failure.code, detail: this.failure.message }, 'encoder cannot be opened');
    }
  }

  private async shut(): Promise<void> {
    const opened = this.opened;
    if (!opened) return;
    this.opened = null;
    this.closedSinceMs = this.deps.clock.nowMs();
    for (const each of this.attached) {
      each.output?.close();
      each.output = null;
    }
    opened.pipeline.close();
    await opened.input.close();
  }
}

function toOpenOptions(config: InputConfig) {
  const { source, timing, pixelFormat, timeCode } = config;
  return { ...(source === undefined ? {} : { source }), ...(timing === undefined ? {} : { timing }), ...(pixelFormat === undefined ? {} : { pixelFormat }), ...(timeCode === undefined ? {} : { timeCode }) };
}
