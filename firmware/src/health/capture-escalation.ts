/**
 * What is done about capture that should work and does not: open the input anew, restart media, reset its bus where the board can,
 * reboot at most once an hour, and then keep store, upload and screen alive without it. A pure function of what was seen; the times
 * are of CLOCK_BOOTTIME, milliseconds.
 */
export const STEPS = ['none', 'reopen', 'restart-media', 'reset-bus', 'reboot', 'failed'] as const;
export type EscalationStep = (typeof STEPS)[number];

/** For so long each step may take to help before the next is taken. */
export const PATIENCE_MS: Readonly<Record<Exclude<EscalationStep, 'failed'>, number>> = { none: 10_000, reopen: 15_000, 'restart-media': 30_000, 'reset-bus': 30_000, reboot: 120_000 };
export const REBOOT_PAUSE_MS = 3_600_000;

/** step: the last one that was taken for the trouble that lasts. sinceMs: when it was, or when the trouble began. */
export interface Escalation { readonly step: EscalationStep; readonly sinceMs: number | null }
export const NO_TROUBLE: Escalation = { step: 'none', sinceMs: null };

export interface Seen {
  readonly nowMs: number;
  /** Capture that should give pictures gives none, and what lies outside the box (no cable, no lock, nothing plugged in) is not why. */
  readonly inTrouble: boolean;
  readonly canResetBus: boolean;
  /** False where the box may not reboot itself. */
  readonly canReboot: boolean;
  /** When the box was last rebooted for this, in the same clock; negative for before this boot; null: never. */
  readonly lastRebootMs: number | null;
}

/** @returns the state that follows, and the step to take now; null: none. */
export function escalate(before: Escalation, seen: Seen): { readonly next: Escalation; readonly take: EscalationStep | null } {
  const { nowMs, inTrouble } = seen;
  if (!inTrouble) return { next: NO_TROUBLE, take: null };
  if (before.sinceMs === null) return { next: { step: 'none', sinceMs: nowMs }, take: null };
  if (before.step === 'failed' || nowMs - before.sinceMs < PATIENCE_MS[before.step]) return { next: before, take: null };
  const step = STEPS.slice(STEPS.indexOf(before.step) + 1).find((each) => isPossible(each, seen)) ?? 'failed';
  return { next: { step, sinceMs: nowMs }, take: step };
}

function isPossible(step: EscalationStep, { nowMs, canResetBus, canReboot, lastRebootMs }: Seen): boolean {
  if (step === 'reset-bus') return canResetBus;
  if (step === 'reboot') return canReboot && (lastRebootMs === null || nowMs - lastRebootMs >= REBOOT_PAUSE_MS);
  return true;
}
