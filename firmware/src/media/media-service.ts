import type { CaptureDevice } from '@scanlink/hal/capture/capture';
import { AppError, type MediaDesired, type MediaReport, type PublisherReport, type PublishTarget, type SimRequest, type StillResult } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { Publisher } from '../stream/publisher.ts';
import { FirmwareWatch } from './firmware-watch.ts';
import { InputUnit, type InputDeps } from './input-unit.ts';
import { planPublish } from './plan-publish.ts';
import { reportMissingInput } from './refuse-publish.ts';

export interface MediaServiceDeps {
  readonly input: Omit<InputDeps, 'onChange'>;
  readonly devices: () => Promise<readonly CaptureDevice[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly onChange: () => void;
}

/** Makes the world match MediaDesired: a pipeline for each input, at most one publisher. Idempotent. */
export class MediaService {
  private readonly deps: MediaServiceDeps;
  private readonly inputs = new Map<string, InputUnit>();
  private publisher: Publisher | null = null;
  private target: PublishTarget | null = null;
  /** Publishers whose DELETE is under way; the newest is still reported. */
  private ending: Publisher[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private stillDir = '';
  private readonly firmware: FirmwareWatch;
  /** What firmware last wished for; obeyed while it can be trusted to hear a stop. */
  private wished: PublishTarget | null = null;
  private refusal: PublisherReport | null = null;
  private closing: Promise<void> | null = null;

  constructor(deps: MediaServiceDeps) {
    this.deps = deps;
    this.firmware = new FirmwareWatch(deps.clock, () => {
      const { trusted } = this.firmware;
      if (!trusted && this.publisher) deps.logger.warn('firmware stays away: stream ended');
      this.applyPublish(trusted ? this.wished : null);
    });
  }

  /** The whole wish of firmware, each time. */
  apply(desired: MediaDesired): void {
    if (this.closing) return;
    this.firmware.here();
    this.stillDir = desired.stillDir;
    const wanted = new Set(desired.inputs.map((config) => config.name));
    for (const [name, unit] of this.inputs) {
      if (wanted.has(name)) continue;
      this.inputs.delete(name);
      this.leave(unit.close());
    }
    for (const config of desired.inputs) this.applyInput({ config, previewDir: desired.previewDir, encoder: desired.encoder });
    this.wished = desired.publish;
    this.applyPublish(this.firmware.trusted ? desired.publish : null);
  }

  /** The connection to firmware is gone: the stream goes on for a while without it. */
  firmwareGone(): void {
    this.firmware.gone();
  }

  report(): MediaReport {
    const publisher = this.publisher ?? this.ending.at(-1);
    return { pid: process.pid, inputs: [...this.inputs.values()].map((unit) => unit.state()), publisher: publisher?.report() ?? this.refusal };
  }

  isHealthy(): boolean {
    return [...this.inputs.values()].every((unit) => unit.isFlowing());
  }

  /** @throws DEV_UNKNOWN_INPUT, DEV_NOT_SIMULATED, CFG_UNKNOWN_TIMING. */
  command(request: SimRequest): void {
    this.find(request.input).command(request);
  }

  /** @throws DEV_UNKNOWN_INPUT, NAT_NO_FRAME, NAT_STILL_WRITE. */
  still(input: string | undefined): Promise<StillResult> {
    return this.find(input).still(this.stillDir);
  }

  /** @throws DEV_UNKNOWN_INPUT; what keeps the input from opening. */
  async restartInput(input: string | undefined): Promise<void> {
    await this.find(input).restart();
  }

  devices(): Promise<readonly CaptureDevice[]> {
    return this.deps.devices();
  }

  /** Ends the stream (DELETE), then capture. Idempotent; about 1.4 s at most. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    this.firmware.close();
    this.applyPublish(null);
    await Promise.all(this.leaving);
    await Promise.all([...this.inputs.values()].map((unit) => unit.close()));
    this.inputs.clear();
  }

  private applyInput(wish: ConstructorParameters<typeof InputUnit>[0]): void {
    const present = this.inputs.get(wish.config.name);
    if (present) {
      present.update(wish);
      return;
    }
    const unit = new InputUnit(wish, { ...this.deps.input, onChange: this.deps.onChange });
    this.inputs.set(wish.config.name, unit);
    unit.start();
  }

  private applyPublish(wanted: PublishTarget | null): void {
    const step = planPublish(this.target, wanted);
    if (step === 'keep') return;
    this.refusal = null;
    if (step === 'stop' || step === 'restart') this.stopPublisher();
    this.target = wanted;
    if (step === 'update' && wanted) this.publisher?.update(wanted);
    if ((step === 'start' || step === 'restart') && wanted) this.startPublisher(wanted);
    this.deps.onChange();
  }

  private startPublisher(target: PublishTarget): void {
    // The target stays: the wish for it has to be taken back, and come again, before it is tried again.
    const source = this.inputs.get(target.input);
    if (!source) {
      this.deps.logger.error({ input: target.input }, 'no such input to stream from');
      this.refusal = reportMissingInput(target);
      return;
    }
    const { clock, random, onChange } = this.deps;
    this.publisher = new Publisher(target, { source, clock, random, onChange, logger: this.deps.logger.child({ ns: 'publisher', sessionId: target.sessionId }) });
    this.publisher.start();
  }

  private stopPublisher(): void {
    const publisher = this.publisher;
    if (!publisher) return;
    this.publisher = null;
    this.ending.push(publisher);
    this.leave(publisher.close().finally(() => {
      this.ending = this.ending.filter((each) => each !== publisher);
      this.deps.onChange();
    }));
  }

  private leave(work: Promise<void>): void {
    const kept: Promise<void> = work.catch((error: unknown) => {
      this.deps.logger.error({ err: error }, 'closing failed');
    }).finally(() => this.leaving.delete(kept));
    this.leaving.add(kept);
  }

  private find(name: string | undefined): InputUnit {
    const unit = name === undefined ? this.inputs.values().next().value : this.inputs.get(name);
    if (!unit) throw new AppError('DEV_UNKNOWN_INPUT', { input: name ?? '', inputs: [...this.inputs.keys()].join(', ') });
    return unit;
  }
}
