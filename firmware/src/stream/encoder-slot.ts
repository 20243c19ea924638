import type { AccessUnit, OutputStats } from '@scanlink/hal/native/native';
import type { LiveEncoder, LiveEncoderOptions, LiveSource } from './live-encoder.ts';

/**
 * Holds the live output open with the profile that the far end chose. Before the first answer the wish is encoded, so
 * that encoder start and WHIP run side by side.
 */
export class EncoderSlot {
  private readonly source: LiveSource;
  private readonly onUnit: (unit: AccessUnit) => void;
  private current: { encoder: LiveEncoder; profile: LiveEncoderOptions['profile'] } | null = null;
  private kbps: number;

  constructor(source: LiveSource, kbps: number, onUnit: (unit: AccessUnit) => void) {
    this.source = source;
    this.kbps = kbps;
    this.onUnit = onUnit;
  }

  /** Opens the encoder, or another one when the profile differs. */
  open(profile: LiveEncoderOptions['profile']): void {
    if (this.current?.profile === profile) return;
    this.close();
    this.current = { profile, encoder: this.source.openLive({ profile, bitrateKbps: this.kbps }, this.onUnit) };
  }

  /** Changes that nobody would see (under 1 %) are not passed on. */
  setBitrateKbps(kbps: number): void {
    if (Math.abs(kbps - this.kbps) < this.kbps / 100) return;
    this.kbps = Math.round(kbps);
    this.current?.encoder.setBitrateKbps(this.kbps);
  }

  forceKeyFrame(): void {
    this.current?.encoder.forceKeyFrame();
  }

  stats(): OutputStats | null {
    return this.current?.encoder.stats() ?? null;
  }

  /** Idempotent; open() opens again. */
  close(): void {
    this.current?.encoder.close();
    this.current = null;
  }
}
