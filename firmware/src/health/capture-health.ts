import { AppError, type InputState } from '@scanlink/protocol';
import type { BoxClock } from '../lib/box-clock.ts';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { escalate, NO_TROUBLE, type Escalation } from './capture-escalation.ts';

/** Why a device does not open although it is there, and no person has to mend it first. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['DEV_FAILED', 'DEV_BUSY']);

/** Whether an input should give pictures and gives none, by no fault of what is plugged into the box. */
export function isInTrouble({ signal, signalDetail, activity }: Pick<InputState, 'signal' | 'signalDetail' | 'activity'>): boolean {
  return (signal === 'locked' && activity === 'stalled') || (signal === 'no-device' && OWN_FAULTS.has(signalDetail ?? ''));
}

export interface CaptureHealthDeps {
  readonly clock: Pick<BoxClock, 'bootMs'>;
  readonly logger: Logger;
  /** Inputs as media last said; null while it is away, which is its supervisor's business. */
  readonly inputs: () => readonly InputState[] | null;
  readonly reopen: (input: string) => void;
  readonly restartMedia: () => void;
  readonly onChange: () => void;
}

/**
 * Watches each input and takes the steps of capture-escalation.ts. No board can reset its capture bus yet, and firmware may not
 * reboot the machine: those two steps are passed over.
 */
export class CaptureHealth {
  private readonly deps: CaptureHealthDeps;
  private readonly states = new Map<string, Escalation>();

  constructor(deps: CaptureHealthDeps) {
    this.deps = deps;
  }

  /** What somebody must know: capture of an input was given up until it comes back by itself or a person helps. */
  get error(): AppError | null {
    const failed = [...this.states].find(([, { step }]) => step === 'failed');
    return failed ? new AppError('DEV_CAPTURE_FAILED', { input: failed[0] }) : null;
  }

  /** Each moment; cheap. */
  tick(): void {
    for (const input of this.deps.inputs() ?? []) this.look(input);
  }

  private look(input: InputState): void {
    const { clock, logger } = this.deps;
    const before = this.states.get(input.name) ?? NO_TROUBLE;
    const { next, take } = escalate(before, { nowMs: clock.bootMs(), inTrouble: isInTrouble(input), canResetBus: false, canReboot: false, lastRebootMs: null });
    this.states.set(input.name, next);
    if (before.step !== 'none' && next.step === 'none') logger.info({ input: input.name, after: before.step }, 'capture is back');
    if (take !== null) logger.warn({ input: input.name, step: take, signal: input.signal, detail: input.signalDetail }, 'capture does not work');
    if (take === 'reopen') this.deps.reopen(input.name);
    if (take === 'restart-media') this.deps.restartMedia();
    if ((before.step === 'failed') !== (next.step === 'failed')) this.deps.onChange();
  }
}
