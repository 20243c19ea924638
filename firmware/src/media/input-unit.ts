import { join } from 'node:path';
import type { CaptureInput } from '@scanlink/hal/capture/capture';
import { isSimulatedConsole } from '@scanlink/hal/capture/simulated-console';
import type { AccessUnit, NativeCore, Pipeline, PipelineStatus } from '@scanlink/hal/native/native';
import { AppError, simulatedText, toAppError, type EncoderSpec, type InputState, type InputConfig, type SimRequest, type StillResult } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { LiveEncoder, LiveEncoderOptions, LiveSource } from '../stream/live-encoder.ts';
import type { CaptureDrivers } from './drivers.ts';
import { deviceKey, fitsFormat, toFraming } from './framing.ts';
import { buildInputState, type WallTime } from './input-state.ts';
import { LiveOutputs } from './live-outputs.ts';
import { PreviewTap } from './preview-tap.ts';
import { Retry } from './retry.ts';

export interface InputDeps {
  readonly core: () => NativeCore;
  readonly drivers: Pick<CaptureDrivers, 'open' | 'isSimulated'>;
  readonly fontPaths: readonly string[];
  readonly wallTime: WallTime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
}
export interface UnitWish { readonly config: InputConfig; readonly previewDir: string | null; readonly encoder: EncoderSpec }

/**
 * One input: capture device and native pipeline, always running, and the live outputs on it. Outputs outlive the
 * device: when the input is opened anew they are put on the new pipeline. A device that cannot be opened is tried again.
 */
export class InputUnit implements LiveSource {
  private readonly deps: InputDeps;
  private readonly outputs: LiveOutputs;
  private readonly preview: PreviewTap;
  private readonly retry: Retry;
  private wish: UnitWish;
  private opened: { input: CaptureInput; pipeline: Pipeline } | null = null;
  private deviceFailure: AppError | null = null;
  private work: Promise<void> = Promise.resolve();
  private generation = 0;
  /** Of the opening that is under way: a newer wish does not wait for a device that hangs. */
  private opening = new AbortController();
  private closedSinceMs: number;

  constructor(wish: UnitWish, deps: InputDeps) {
    const { clock, logger, onChange } = deps;
    this.deps = deps;
    this.wish = wish;
    this.closedSinceMs = clock.nowMs();
    this.outputs = new LiveOutputs({ clock, logger, input: () => this.name, onChange });
    this.preview = new PreviewTap({ clock, logger });
    this.retry = new Retry(clock, () => this.reopen());
  }

  get name(): string {
    return this.wish.config.name;
  }

  get failure(): AppError | null {
    return this.deviceFailure ?? this.outputs.failure;
  }

  start(): void {
    this.reopen();
  }

  /** Opens the device anew when the wish for it differs; a changed crop, mask or preview leaves it open. */
  update(wish: UnitWish): void {
    const before = this.wish;
    this.wish = wish;
    if (JSON.stringify(wish) === JSON.stringify(before)) return;
    if (deviceKey(wish.config) === deviceKey(before.config) && JSON.stringify(wish.encoder) === JSON.stringify(before.encoder)) {
      if (this.opened) this.dress(this.opened.pipeline);
      return;
    }
    this.retry.reset();
    this.reopen();
  }

  /** Opens the device anew, whatever its state; outputs and whoever streams from them stay. @throws what keeps it from opening. */
  async restart(): Promise<void> {
    this.retry.reset();
    this.reopen();
    await this.work;
    if (this.deviceFailure) throw this.deviceFailure;
  }

  openLive(options: LiveEncoderOptions, onUnit: (unit: AccessUnit) => void): LiveEncoder {
    return this.outputs.open(options, onUnit);
  }

  state(): InputState {
    const { opened, wish: { config }, deps } = this;
    const status = opened ? withPreviewFailures(opened.pipeline.status(), this.preview.failures) : null;
    const misfit = this.outputs.showsMisfit() || (status?.signal === 'locked' && !fitsFormat(toFraming(config), status));
    return buildInputState({
      name: config.name, driver: config.driver, device: opened?.input.device ?? config.driver, simulated: this.isSimulated(),
      status, cropMisfit: misfit, closedDetail: this.failure?.code ?? 'opening', closedSinceMs: this.closedSinceMs,
    }, (captureUs) => deps.wallTime.toUnixMs(captureUs));
  }

  /** @throws DEV_NOT_SIMULATED; CFG_UNKNOWN_TIMING; what kept the input from opening. */
  command(request: SimRequest): void {
    if (!this.isSimulated()) throw new AppError('DEV_NOT_SIMULATED', { input: this.name });
    const { input } = this.present();
    if (isSimulatedConsole(input)) input.command(request);
  }

  /** As much of the picture as may be sent. @throws NAT_NO_FRAME, NAT_CROP_MISFIT, NAT_STILL_WRITE. */
  async still(folder: string): Promise<StillResult> {
    const path = join(folder, `${this.name}-${this.deps.clock.nowMs()}.png`);
    const info = await this.present().pipeline.still(path, toFraming(this.wish.config));
    return { path, widthPx: info.widthPx, heightPx: info.heightPx, timestampUs: info.timestampUs, sequence: info.sequence, exact: info.exact, conversion: info.conversion };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.abandon();
    this.retry.reset();
    await this.work;
    await this.shut();
  }

  /** Whether each open encoder has given something lately. One that could not be opened has its own words. */
  isFlowing(): boolean {
    return this.outputs.areFlowing();
  }

  private isSimulated(): boolean {
    return this.opened?.input.simulated ?? this.deps.drivers.isSimulated(this.wish.config.driver);
  }

  private present(): { input: CaptureInput; pipeline: Pipeline } {
    if (!this.opened) throw this.failure ?? new AppError('NAT_NO_FRAME');
    return this.opened;
  }

  /** Whatever is being opened is of no use any more. */
  private abandon(): void {
    this.generation += 1;
    this.opening.abort();
    this.opening = new AbortController();
  }

  private reopen(): void {
    this.abandon();
    const mine = this.generation;
    // One after the other: a device is closed before it is opened again.
    this.work = this.work.then(async () => {
      if (mine === this.generation) await this.open(mine);
    });
  }

  private async open(mine: number): Promise<void> {
    await this.shut();
    const { config } = this.wish;
    try {
      const input = await this.deps.drivers.open(config, { signal: this.opening.signal });
      if (mine !== this.generation) {
        await input.close();
        return;
      }
      const pipeline = await this.openPipeline(input);
      this.opened = { input, pipeline };
      this.deviceFailure = null;
      this.retry.reset();
      pipeline.onStatus(() => this.deps.onChange());
      this.dress(pipeline);
      this.deps.logger.info({ input: config.name, driver: config.driver, device: input.device }, 'input open');
      if (input.caution) this.deps.logger.warn({ input: config.name, code: input.caution.code }, input.caution.message);
    } catch (thrown) {
      if (mine !== this.generation) return;
      await this.fail(toAppError(thrown));
    }
    this.deps.onChange();
  }

  private async openPipeline(input: CaptureInput): Promise<Pipeline> {
    try {
      return this.deps.core().createPipeline(input.handle, { fontPaths: this.deps.fontPaths, simulatedText, encoder: this.wish.encoder });
    } catch (thrown) {
      await input.close();  // or the next try finds the device taken
      throw thrown;
    }
  }

  /** What is drawn and hidden in everything that leaves the pipeline. */
  private dress(pipeline: Pipeline): void {
    const { config, previewDir } = this.wish;
    const framing = toFraming(config);
    this.outputs.attachTo(pipeline, framing);
    this.preview.start({ pipeline, dir: previewDir, name: config.name, framing });
  }

  private async fail(error: AppError): Promise<void> {
    await this.shut();
    if (this.deviceFailure?.code !== error.code) this.deps.logger.error({ input: this.name, code: error.code, detail: error.message }, 'input cannot be opened');
    this.deviceFailure = error;
    this.retry.schedule(error);
  }

  private async shut(): Promise<void> {
    const opened = this.opened;
    if (!opened) return;
    this.opened = null;
    this.closedSinceMs = this.deps.clock.nowMs();
    this.outputs.detach();
    this.preview.detach();
    await opened.pipeline.close();
    await opened.input.close();
  }
}

function withPreviewFailures(status: PipelineStatus, failures: number): PipelineStatus {
  return failures === 0 ? status : { ...status, dropped: { ...status.dropped, preview: failures } };
}
