import { AppError } from '@scanlink/protocol';
import type { SdpSection } from './parse.ts';

/** H.264 as negotiated (RFC 6184). Profiles by profile_idc and constraint_set1: that one tells Constrained Baseline from Baseline. */
export type H264Profile = 'constrained-baseline' | 'baseline' | 'main' | 'high' | 'other';
export type StreamProfile = 'constrained-baseline' | 'main';

export interface H264Format {
  readonly payloadType: number;
  /** Six hex digits, lower case. */
  readonly profileLevelId: string;
  readonly profile: H264Profile;
  readonly levelAsymmetry: boolean;
  /** rtcp-fb values that the offer lists for it, `*` included. */
  readonly feedback: readonly string[];
}

const ACCEPTED: Readonly<Record<StreamProfile, readonly H264Profile[]>> = {
  'constrained-baseline': ['constrained-baseline', 'baseline'],
  main: ['main', 'constrained-baseline', 'baseline'],
};
/** Level 5.2: what the relay itself can take is bounded by nothing; a browser that publishes may go up to it. */
const RELAY_LEVEL = 0x34;

export function classifyProfile(profileLevelId: string): H264Profile {
  const idc = Number.parseInt(profileLevelId.slice(0, 2), 16);
  const constrained = (Number.parseInt(profileLevelId.slice(2, 4), 16) & 0x40) !== 0;
  if (idc === 66) return constrained ? 'constrained-baseline' : 'baseline';
  if (idc === 77) return 'main';
  return idc === 100 ? 'high' : 'other';
}

/** All H.264 of a section with packetization-mode 1, in the offer's order. */
export function listH264(section: SdpSection): readonly H264Format[] {
  const formats: H264Format[] = [];
  for (const { name, value } of section.attributes) {
    const match = name === 'rtpmap' ? /^(\d{1,3}) H264\/90000$/i.exec(value) : null;
    const payloadType = Number(match?.[1] ?? -1);
    // 72 to 76 and 64 to 95 with the marker bit look like RTCP on a shared path (RFC 5761).
    if (!match || payloadType > 127 || (payloadType >= 64 && payloadType < 96) || !section.formats.includes(match[1]!)) continue;
    const format = readFormat(section, payloadType);
    if (format && !formats.some((each) => each.payloadType === payloadType)) formats.push(format);
  }
  return formats;
}

function readFormat(section: SdpSection, payloadType: number): H264Format | null {
  const parameters = readParameters(section, payloadType);
  if (parameters.get('packetization-mode') !== '1') return null;
  // Without the parameter: Baseline at level 1 (RFC 6184, 8.1).
  const profileLevelId = (parameters.get('profile-level-id') ?? '42000a').toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(profileLevelId)) return null;
  const feedback = section.attributes.filter(({ name, value }) => name === 'rtcp-fb' && (value.startsWith(`${payloadType} `) || value.startsWith('* '))).map(({ value }) => value.slice(value.indexOf(' ') + 1).trim());
  return { payloadType, profileLevelId, profile: classifyProfile(profileLevelId), levelAsymmetry: parameters.get('level-asymmetry-allowed') === '1', feedback };
}

function readParameters(section: SdpSection, payloadType: number): ReadonlyMap<string, string> {
  const line = section.attributes.find(({ name, value }) => name === 'fmtp' && value.startsWith(`${payloadType} `));
  const pairs = (line?.value.slice(line.value.indexOf(' ') + 1) ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([key = '', value = '']) => [key.trim().toLowerCase(), value.trim()]));
}

/** The publisher's format. @throws HUB_NOT_ACCEPTABLE with what is accepted. */
export function choosePublisherFormat(sections: readonly SdpSection[], wanted: StreamProfile): { readonly section: SdpSection; readonly format: H264Format } {
  return chooseBy(sections, ACCEPTED[wanted]);
}

/** A viewer's format: it must decode the profile that runs. @throws HUB_NOT_ACCEPTABLE with what is accepted. */
export function chooseViewerFormat(sections: readonly SdpSection[], running: StreamProfile): { readonly section: SdpSection; readonly format: H264Format } {
  return chooseBy(sections, running === 'main' ? ['main'] : ['constrained-baseline', 'baseline']);
}

function chooseBy(sections: readonly SdpSection[], profiles: readonly H264Profile[]): { readonly section: SdpSection; readonly format: H264Format } {
  for (const profile of profiles) {
    for (const section of sections) {
      const format = listH264(section).find((each) => each.profile === profile);
      if (format) return { section, format };
    }
  }
  throw new AppError('HUB_NOT_ACCEPTABLE', { accepted: describeAccepted(profiles) });
}

function describeAccepted(profiles: readonly H264Profile[]): string {
  const names = profiles.includes('main') ? (profiles.length > 1 ? 'Main (4d00xx) or Constrained Baseline (42e0xx)' : 'Main (4d00xx)') : 'Constrained Baseline (42e0xx)';
  return `H264/90000 packetization-mode=1, ${names}`;
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

export function streamProfileOf(format: H264Format): StreamProfile {
  return format.profile === 'main' ? 'main' : 'constrained-baseline';
}
