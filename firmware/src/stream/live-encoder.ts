import type { AccessUnit, OutputStats } from '@scanlink/hal/native/native';
import type { BitrateBounds } from './rate/bitrate-controller.ts';

/** The encoder of a live output, as the publisher uses it. */
export interface LiveEncoder {
  forceKeyFrame(): void;
  setBitrateKbps(kbps: number): void;
  /** null while there is no pipeline (the input could not be opened). */
  stats(): OutputStats | null;
  close(): void;
}
export interface LiveEncoderOptions { readonly profile: 'constrained-baseline' | 'main'; readonly bitrateKbps: number }

/** An input that can be encoded live. The encoder lives on when the input is opened anew. */
export interface LiveSource {
  openLive(options: LiveEncoderOptions, onUnit: (unit: AccessUnit) => void): LiveEncoder;
  /** Why there are no pictures: the device or an encoder could not be opened; null when both are. */
  readonly failure: Error | null;
}

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

export function toBounds(bitrate: { min: number; max: number }): BitrateBounds {
  return { minKbps: bitrate.min, maxKbps: bitrate.max };
}
