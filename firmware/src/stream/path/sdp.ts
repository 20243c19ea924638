import { AppError } from '@scanlink/protocol';
import { PLAYOUT_DELAY_URI } from '@scanlink/protocol/rtp/playout-delay';

/** What the far end's answer decided for our one video stream. */
export interface AnswerChoice {
  readonly payloadType: number;
  /** profile-level-id, six hex digits, lower case; null when the answer does not say. */
  readonly profileLevelId: string | null;
  readonly encoderProfile: 'constrained-baseline' | 'main';
  /** Id of the playout-delay header extension, when accepted. */
  readonly playoutDelayId: number | null;
  /** The far end took the data channel. */
  readonly dataChannel: boolean;
}

const CONSTRAINED_BASELINE = '42e01f';
const MAIN = '4d001f';

/** H.264 formats that we offer, best wish first; packetization-mode 1 each. */
export function offeredFormats(wish: 'constrained-baseline' | 'main'): readonly { payloadType: number; profileLevelId: string }[] {
  const baseline = { payloadType: 96, profileLevelId: CONSTRAINED_BASELINE };
  const main = { payloadType: 97, profileLevelId: MAIN };
  return wish === 'main' ? [main, baseline] : [baseline, main];
}

/**
 * The offer as it is sent. strip: without candidates (the server's are in its answer; ours are learnt as
 * peer-reflexive, and no address of a hospital's inside leaves it). FIR is offered beside PLI.
 */
export function prepareOffer(sdp: string, options: { stripHostCandidates: boolean }): string {
  const lines = splitLines(sdp).flatMap((line) => {
    if (line.startsWith('a=group:LS')) return [];
    // RFC 9725, 4.4.2: whoever takes no RTCP on a port of its own says so.
    if (line === 'a=rtcp-mux') return [line, 'a=rtcp-mux-only'];
    const nackPli = /^a=rtcp-fb:(\d+) nack pli$/.exec(line);
    return nackPli ? [line, `a=rtcp-fb:${nackPli[1]} ccm fir`] : [line];
  });
  const kept = options.stripHostCandidates ? lines.filter((line) => !isHostCandidate(line)).map(hideAddress) : lines;
  return `${kept.join('\r\n')}\r\n`;
}

/** True for a candidate line (with or without `a=`) of an address of this machine. */
export function isHostCandidate(line: string): boolean {
  return /^(a=)?candidate:.* typ host\b/.test(line);
}

/** Reads what the answer chose. @throws STR_WHIP_REFUSED when it takes no H.264 that we offered. */
export function readAnswer(sdp: string): AnswerChoice {
  const sections = splitSections(sdp);
  const video = sections.find((section) => section[0]?.startsWith('m=video '));
  const [, port, , ...payloads] = video?.[0]?.split(' ') ?? [];
  if (!video || port === '0') throw new AppError('STR_WHIP_REFUSED', { status: 201, detail: 'the answer takes no video' });
  const payloadType = payloads.map(Number).find((each) => [96, 97].includes(each) && isH264(video, each));
  if (payloadType === undefined) throw new AppError('STR_WHIP_REFUSED', { status: 201, detail: 'the answer takes no H.264 that was offered' });
  const profileLevelId = /profile-level-id=([0-9a-f]{6})/i.exec(attribute(video, `fmtp:${payloadType} `) ?? '')?.[1]?.toLowerCase() ?? null;
  const offered = offeredFormats('constrained-baseline').find((each) => each.payloadType === payloadType);
  // Without a word the format that was offered under this number holds.
  const decided = profileLevelId ?? offered?.profileLevelId ?? CONSTRAINED_BASELINE;
  const extmap = video.find((line) => line.startsWith('a=extmap:') && line.split(' ')[1] === PLAYOUT_DELAY_URI);
  const playoutDelayId = extmap ? Number.parseInt(extmap.slice('a=extmap:'.length), 10) : null;
  const application = sections.find((section) => section[0]?.startsWith('m=application '));
  return {
    payloadType, profileLevelId, playoutDelayId,
    encoderProfile: decided.startsWith('4d') ? 'main' : 'constrained-baseline',
    dataChannel: application !== undefined && application[0]?.split(' ')[1] !== '0',
  };
}

/**
 * Body of a PATCH with further candidates (application/trickle-ice-sdpfrag).
 * Source: RFC 8840, section 9; RFC 9725, section 4.3.1.
 */
export function buildTrickleFragment(offer: string, candidates: readonly string[], complete: boolean): string {
  const value = (name: string): string => splitLines(offer).find((line) => line.startsWith(`a=${name}:`)) ?? `a=${name}:`;
  const mid = splitSections(offer).find((section) => section[0]?.startsWith('m=video '))?.find((line) => line.startsWith('a=mid:')) ?? 'a=mid:0';
  const lines = [value('ice-ufrag'), value('ice-pwd'), 'm=video 9 UDP/TLS/RTP/SAVPF 0', mid, ...candidates.map((each) => (each.startsWith('a=') ? each : `a=${each}`))];
  if (complete) lines.push('a=end-of-candidates');
  return `${lines.join('\r\n')}\r\n`;
}

function isH264(section: readonly string[], payloadType: number): boolean {
  return /^H264\/90000/i.test(attribute(section, `rtpmap:${payloadType} `) ?? '');
}

function attribute(section: readonly string[], prefix: string): string | undefined {
  return section.find((line) => line.startsWith(`a=${prefix}`))?.slice(2 + prefix.length);
}

/** The default address of a gathered description is one of ours too. */
function hideAddress(line: string): string {
  if (line.startsWith('c=IN ')) return 'c=IN IP4 0.0.0.0';
  return line.replace(/^m=(video|application) \d+ /, 'm=$1 9 ');
}

function splitLines(sdp: string): string[] {
  return sdp.split(/\r?\n/).filter((line) => line !== '');
}

function splitSections(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of splitLines(sdp)) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)!.push(line);
  }
  return sections;
}
