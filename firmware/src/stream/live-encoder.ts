import type { AccessUnit, OutputStats } from '@scanlink/hal/native/native';

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
