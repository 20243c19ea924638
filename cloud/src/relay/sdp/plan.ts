import { answerProfileLevelId, choosePublisherFormat, chooseViewerFormat, streamProfileOf, type H264Format, type StreamProfile } from './codec.ts';
import { badSdp, findAttribute, parseOffer, readDirection, readTransport, type SdpOffer, type SdpSection, type TransportParameters } from './parse.ts';

export const PLAYOUT_DELAY_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
const MAX_MESSAGE_BYTES = 262_144;

/** Everything that was agreed about one offer; from it the offer for the native library and our answer are written. */
export interface MediaPlan {
  readonly direction: 'recvonly' | 'sendonly';
  readonly sections: readonly SdpSection[];
  readonly video: SdpSection;
  readonly format: H264Format;
  /** fmtp of our answer. */
  readonly parameters: string;
  readonly profile: StreamProfile;
  /** 1 to 14; 0: not negotiated. */
  readonly playoutExtensionId: number;
  readonly reducedSizeRtcp: boolean;
  readonly dataChannel: { readonly section: SdpSection; readonly sctpPort: number } | null;
  readonly transport: TransportParameters;
}

/** A publisher's offer (RFC 9725). @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE */
export function planPublisher(sdp: string, wanted: StreamProfile): MediaPlan {
  const offer = parseOffer(sdp);
  const sections = findVideo(offer, ['sendonly', 'sendrecv'], 'sends');
  const { section, format } = choosePublisherFormat(sections, wanted);
  return createPlan(offer, section, format, 'recvonly', answerProfileLevelId(format));
}

/** A viewer's offer (WHEP draft). @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE */
export function planViewer(sdp: string, running: StreamProfile): MediaPlan {
  const offer = parseOffer(sdp);
  const sections = findVideo(offer, ['recvonly', 'sendrecv'], 'receives');
  const { section, format } = chooseViewerFormat(sections, running);
  return createPlan(offer, section, format, 'sendonly', format.profileLevelId);
}

function findVideo(offer: SdpOffer, directions: readonly string[], verb: string): readonly SdpSection[] {
  const videos = offer.sections.filter((section) => section.kind === 'video' && section.port !== 0);
  if (videos.length === 0) throw badSdp('there is no video section');
  const usable = videos.filter((section) => directions.includes(readDirection(offer, section)));
  if (usable.length === 0) throw badSdp(`no video section ${verb}`);
  for (const section of usable) readTransport(offer, section);
  if (!usable.some((section) => section.protocol.endsWith('/TLS/RTP/SAVPF'))) throw badSdp('video is not offered as UDP/TLS/RTP/SAVPF');
  if (!usable.some(hasMux)) throw badSdp('rtcp-mux is needed');
  return usable.filter(hasMux);
}

function hasMux(section: SdpSection): boolean {
  return findAttribute(section.attributes, 'rtcp-mux') !== undefined;
}

function createPlan(offer: SdpOffer, video: SdpSection, format: H264Format, direction: MediaPlan['direction'], profileLevelId: string): MediaPlan {
  return {
    direction, sections: offer.sections, video, format,
    parameters: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileLevelId}`,
    profile: streamProfileOf(format),
    playoutExtensionId: readExtensionId(video, PLAYOUT_DELAY_URI),
    reducedSizeRtcp: findAttribute(video.attributes, 'rtcp-rsize') !== undefined,
    dataChannel: findDataChannel(offer, video),
    transport: readTransport(offer, video),
  };
}

function readExtensionId(section: SdpSection, uri: string): number {
  for (const { name, value } of section.attributes) {
    const match = name === 'extmap' ? /^(\d{1,2})(?:\/\w+)? (\S+)/.exec(value) : null;
    const id = Number(match?.[1] ?? 0);
    if (match?.[2] === uri && id >= 1 && id <= 14) return id;
  }
  return 0;
}

/** Only one that shares the video's transport: everything runs on one path. */
function findDataChannel(offer: SdpOffer, video: SdpSection): MediaPlan['dataChannel'] {
  const bundle = offer.attributes.filter(({ name, value }) => name === 'group' && value.startsWith('BUNDLE ')).map(({ value }) => value.split(' ').slice(1));
  const group = bundle.find((mids) => mids.includes(video.mid));
  const section = offer.sections.find((each) => each.kind === 'application' && each.protocol.endsWith('DTLS/SCTP') && group?.includes(each.mid));
  const port = Number(findAttribute(section?.attributes ?? [], 'sctp-port') ?? 0);
  return section && Number.isInteger(port) && port > 0 && port < 65_536 ? { section, sctpPort: port } : null;
}

/**
 * The offer in our own words, for the native library: only what was agreed on, and no candidate. The peer's address is
 * learnt from its checks; candidates in the offer would let DTLS begin before it should ("certificate verify failed"),
 * and would bring addresses of a hospital's inside here.
 */
export function writeNativeOffer(plan: MediaPlan): string {
  const { transport, video, format, dataChannel } = plan;
  const ice = [`a=ice-ufrag:${transport.iceUfrag}`, `a=ice-pwd:${transport.icePwd}`, `a=setup:${transport.setup}`];
  const mids = dataChannel ? `${video.mid} ${dataChannel.section.mid}` : video.mid;
  const lines = [
    'v=0', 'o=- 1 0 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids}`, `a=fingerprint:${transport.fingerprint}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${format.payloadType}`, 'c=IN IP4 0.0.0.0', `a=mid:${video.mid}`,
    plan.direction === 'recvonly' ? 'a=sendonly' : 'a=recvonly', 'a=rtcp-mux', `a=rtpmap:${format.payloadType} H264/90000`,
    `a=fmtp:${format.payloadType} ${plan.parameters}`, ...ice,
  ];
  if (dataChannel) lines.push('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=mid:${dataChannel.section.mid}`, `a=sctp-port:${dataChannel.sctpPort}`, `a=max-message-size:${MAX_MESSAGE_BYTES}`, ...ice);
  return `${lines.join('\r\n')}\r\n`;
}
