import { AppError } from '@scanlink/protocol';
import type { SdpSection } from './parse.ts';

/** H.264 as negotiated (RFC 6184). Profiles by profile_idc and constraint_set1: that one tells Constrained Baseline from Baseline. */
export type H264Profile = 'constrained-baseline' | 'baseline' | 'main' | 'high' | 'other';

export interface H264Format {
  readonly payloadType: number;
  /** Six hex digits, lower case. */
  readonly profileLevelId: string;
  readonly profile: H264Profile;
  /** The offer says packetization-mode 1; false: it says nothing. */
  readonly saysMode: boolean;
  readonly levelAsymmetry: boolean;
  /** rtcp-fb values that the offer lists for it, `*` included. */
  readonly feedback: ReadonlySet<string>;
}

/** Level 5.2: what the relay itself can take is bounded by nothing; a browser that publishes may go up to it. */
const RELAY_LEVEL = 0x34;
const ACCEPTED = 'H.264 Constrained Baseline (profile-level-id=42e0xx;packetization-mode=1)';

export function classifyProfile(profileLevelId: string): H264Profile {
  const idc = Number.parseInt(profileLevelId.slice(0, 2), 16);
  const constrained = (Number.parseInt(profileLevelId.slice(2, 4), 16) & 0x40) !== 0;
  if (idc === 66) return constrained ? 'constrained-baseline' : 'baseline';
  if (idc === 77) return 'main';
  return idc === 100 ? 'high' : 'other';
}

/** All H.264 of a section that can be sent in packetization-mode 1, in the offer's order. */
export function listH264(section: SdpSection): readonly H264Format[] {
  const listed = new Set(section.formats);
  const formats: H264Format[] = [];
  for (const [payloadType, encoding] of section.attributes.encodings) {
    // 72 to 76 and 64 to 95 with the marker bit look like RTCP on a shared path (RFC 5761).
    if ((payloadType >= 64 && payloadType < 96) || !/^H264\/90000$/i.test(encoding) || !listed.has(String(payloadType))) continue;
    const format = readFormat(section, payloadType);
    if (format) formats.push(format);
  }
  return formats;
}

/**
 * A mode that is not said is 0 by RFC 6184, 8.1. Receivers that leave it out take mode 1 all the same when it is
 * answered (GStreamer's do), and mode 0 no encoder of today sends: it is answered with 1. A mode 0 that is said stays one.
 */
function readFormat(section: SdpSection, payloadType: number): H264Format | null {
  const { parameters, feedback } = section.attributes;
  const said = readParameters(parameters.get(payloadType) ?? '');
  const mode = said.get('packetization-mode');
  if (mode !== undefined && mode !== '1') return null;
  // Without the parameter: Baseline at level 1 (RFC 6184, 8.1).
  const profileLevelId = (said.get('profile-level-id') ?? '42000a').toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(profileLevelId)) return null;
  return {
    payloadType, profileLevelId, profile: classifyProfile(profileLevelId), saysMode: mode !== undefined,
    levelAsymmetry: said.get('level-asymmetry-allowed') === '1', feedback: new Set([...feedback.get(payloadType) ?? [], ...feedback.get('*') ?? []]),
  };
}

function readParameters(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(';').map((pair) => pair.trim().split('=')).map(([key = '', value = '']) => [key.trim().toLowerCase(), value.trim()]));
}

/** By preference; the first in the offer's order of the first kind that there is. */
const WANTED: readonly ((format: H264Format) => boolean)[] = [
  (format) => format.profile === 'constrained-baseline' && format.saysMode,
  (format) => format.profile === 'baseline' && format.saysMode,
  (format) => format.profile === 'constrained-baseline',
  (format) => format.profile === 'baseline',
];

/** The one format for a stream of Constrained Baseline, the profile that every browser takes. @throws HUB_NOT_ACCEPTABLE with what is accepted. */
export function chooseFormat(sections: readonly SdpSection[]): { readonly section: SdpSection; readonly format: H264Format } {
  const found = sections.map((section) => ({ section, formats: listH264(section) }));
  for (const isWanted of WANTED) {
    for (const { section, formats } of found) {
      const format = formats.find(isWanted);
      if (format) return { section, format };
    }
  }
  throw new AppError('HUB_NOT_ACCEPTABLE', { accepted: ACCEPTED });
}

/**
 * profile-level-id of our answer to a publisher: its profile, and the level raised to what the relay takes when both
 * sides may differ in it (RFC 6184, 8.2.2).
 */
export function answerProfileLevelId(format: H264Format): string {
  if (!format.levelAsymmetry) return format.profileLevelId;
  const level = Math.max(RELAY_LEVEL, Number.parseInt(format.profileLevelId.slice(4), 16));
  return format.profileLevelId.slice(0, 4) + level.toString(16).padStart(2, '0');
}
