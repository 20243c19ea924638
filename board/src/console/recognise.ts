import { readFormat } from './find-profile-fault.ts';
import type { ConsoleProfile, ConsoleTiming } from './schema.ts';

/** What is known of a signal. */
export interface SignalFacts {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly interlaced: boolean;
  /** Frames a second, fields when interlaced; null: not measured. */
  readonly rateHz: number | null;
  /** As measured; null: the device does not tell (UVC). */
  readonly pixelClockKhz: number | null;
  /** Source product description of HDMI; null: none came, or the driver does not pass it on. */
  readonly source: { readonly vendor: string; readonly product: string } | null;
}

/**
 * A profile that the signal may be of. `named`: the console said so itself. `timing`: it puts out such a timing, and so do
 * others: a person has to say which it is. `isDrawnFor`: its crop and masks were drawn for this very format.
 */
export interface ConsoleCandidate { readonly profile: ConsoleProfile; readonly certainty: 'named' | 'timing'; readonly isDrawnFor: boolean }

/**
 * The profiles that a signal may be of, the likeliest first: who names itself; then those whose timing says more (a clock, a
 * rate); then by name. A profile that names another source than the one that came is none.
 */
export function recogniseConsole(facts: SignalFacts, profiles: readonly ConsoleProfile[]): readonly ConsoleCandidate[] {
  const found = profiles.flatMap((profile) => {
    const precision = Math.max(-1, ...profile.timings.map((timing) => judgeTiming(timing, facts)));
    const isNamed = profile.source !== null && profile.source.vendor === facts.source?.vendor && profile.source.product === facts.source.product;
    const isOther = profile.source !== null && facts.source !== null && !isNamed;
    if (precision < 0 || isOther) return [];
    return [{ precision, candidate: { profile, certainty: isNamed ? 'named' as const : 'timing' as const, isDrawnFor: isDrawnFor(profile, facts) } }];
  });
  const rank = ({ precision, candidate }: (typeof found)[number]): number => (candidate.certainty === 'named' ? 10 : 0) + precision;
  return found.toSorted((a, b) => rank(b) - rank(a) || a.candidate.profile.name.localeCompare(b.candidate.profile.name, 'en')).map(({ candidate }) => candidate);
}

/** -1: not this timing; else how much of it was seen to agree: 0 the format alone, 1 its rate or its clock, 2 both. */
function judgeTiming({ format, rateHz, pixelClockKhz, toleranceKhz }: ConsoleTiming, facts: SignalFacts): number {
  const { widthPx, heightPx, interlaced } = readFormat(format);
  if (widthPx !== facts.widthPx || heightPx !== facts.heightPx || interlaced !== facts.interlaced) return -1;
  if (rateHz && facts.rateHz !== null && (facts.rateHz < rateHz.min || facts.rateHz > rateHz.max)) return -1;
  if (pixelClockKhz !== null && facts.pixelClockKhz !== null && Math.abs(facts.pixelClockKhz - pixelClockKhz) > toleranceKhz) return -1;
  return (rateHz && facts.rateHz !== null ? 1 : 0) + (pixelClockKhz !== null && facts.pixelClockKhz !== null ? 1 : 0);
}

function isDrawnFor({ drawnFor }: ConsoleProfile, facts: SignalFacts): boolean {
  return drawnFor.includes(`${facts.widthPx}x${facts.heightPx}${facts.interlaced ? 'i' : 'p'}`);
}

/** What an output is to do with the picture, in the words of an input's configuration. */
export interface ProfileSettings {
  readonly crop: ConsoleProfile['crop'];
  readonly masks: ConsoleProfile['masks'];
  readonly drawnFor: readonly string[];
  readonly field: ConsoleProfile['field'];
  readonly range: ConsoleProfile['range'];
  readonly matrix: ConsoleProfile['matrix'];
}

/**
 * A profile's settings for a signal; null when it has crop or masks and they were drawn for another format (docs/decisions/0007),
 * or when the signal is none of its timings: then nothing of the profile is applied, and the picture is not shown.
 */
export function settingsFor(profile: ConsoleProfile, facts: SignalFacts): ProfileSettings | null {
  const { crop, masks, drawnFor, field, range, matrix, timings } = profile;
  if ((crop || masks.length > 0) && !isDrawnFor(profile, facts)) return null;
  if (timings.every((timing) => judgeTiming(timing, facts) < 0)) return null;
  return { crop, masks, drawnFor, field, range, matrix };
}
