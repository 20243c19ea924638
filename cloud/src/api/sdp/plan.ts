import type { MediaPlan } from '@scanlink/protocol';
import { PLAYOUT_DELAY_URI } from '@scanlink/protocol/rtp/playout-delay';
import { answerProfileLevelId, chooseFormat, type H264Format } from './codec.ts';
import { badSdp, parseOffer, type Direction, type SdpOffer, type SdpSection } from './parse.ts';
import { findBundle, hasMux, isOffered, readTransport } from './transport.ts';

/** How a section of the offer is answered. `idle`: kept in the bundle, inactive; `refused`: port 0. */
export type SectionUse = 'video' | 'data' | 'idle' | 'refused';

/** Everything that was agreed about one offer: what the relay has to know, and what our answer says. */
export interface Negotiation {
  /** Ours. */
  readonly direction: 'recvonly' | 'sendonly';
  readonly plan: MediaPlan;
  readonly sections: readonly { readonly section: SdpSection; readonly use: SectionUse }[];
  /** Mids that share the path, in the bundle's order; empty: the offer has no bundle. */
  readonly bundle: readonly string[];
  readonly format: H264Format;
  readonly reducedSizeRtcp: boolean;
}

/** A publisher's offer (RFC 9725). @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE */
export function planPublisher(sdp: string): Negotiation {
  const offer = parseOffer(sdp);
  const { section, format } = chooseFormat(findVideo(offer, ['sendonly', 'sendrecv'], 'sends'));
  return createNegotiation(offer, section, format, 'recvonly', answerProfileLevelId(format));
}

/** A viewer's offer (WHEP draft). @throws HUB_BAD_SDP, HUB_NOT_ACCEPTABLE */
export function planViewer(sdp: string): Negotiation {
  const offer = parseOffer(sdp);
  const { section, format } = chooseFormat(findVideo(offer, ['recvonly', 'sendrecv'], 'receives'));
  return createNegotiation(offer, section, format, 'sendonly', format.profileLevelId);
}

function findVideo(offer: SdpOffer, directions: readonly Direction[], verb: string): readonly SdpSection[] {
  const videos = offer.sections.filter((section) => section.kind === 'video' && isOffered(offer, section));
  if (videos.length === 0) throw badSdp('there is no video section');
  // `sendrecv` when nothing is said (RFC 8866, 6.7).
  const usable = videos.filter(({ attributes }) => directions.includes(attributes.direction ?? offer.attributes.direction ?? 'sendrecv'));
  if (usable.length === 0) throw badSdp(`no video section ${verb}`);
  for (const section of usable) readTransport(offer, section);
  if (!usable.some(isRtp)) throw badSdp('video is not offered as UDP/TLS/RTP/SAVPF');
  const muxed = usable.filter((section) => hasMux(offer, section));
  if (muxed.length === 0) throw badSdp('rtcp-mux is needed');
  return muxed;
}

function isRtp(section: SdpSection): boolean {
  return section.protocol.endsWith('/TLS/RTP/SAVPF');
}

function createNegotiation(offer: SdpOffer, video: SdpSection, format: H264Format, direction: Negotiation['direction'], profileLevelId: string): Negotiation {
  const bundled = new Set(findBundle(offer, video));
  const data = findDataChannel(offer, bundled);
  const sections = offer.sections.map((section) => ({ section, use: chooseUse(offer, section, video, data?.section ?? null, bundled) }));
  const kept = new Set(sections.filter(({ use }) => use !== 'refused').map(({ section }) => section.mid));
  const bundle = [...bundled].filter((mid) => kept.has(mid));
  const tagged = offer.sections.find((each) => each.named && each.mid === bundle[0]) ?? video;
  const extensionId = video.attributes.extensions.get(PLAYOUT_DELAY_URI) ?? 0;
  return {
    direction, sections, format, bundle,
    reducedSizeRtcp: video.attributes.first.has('rtcp-rsize'),
    plan: {
      mid: video.mid, payloadType: format.payloadType, profileLevelId,
      playoutExtensionId: extensionId >= 1 && extensionId <= 14 ? extensionId : 0,
      dataChannel: data ? { mid: data.section.mid, sctpPort: data.sctpPort } : null,
      transport: readTransport(offer, video, tagged),
    },
  };
}

/**
 * What is not used stays in the bundle, inactive, where it can (RFC 9725, 4.4.3: sections should not be rejected). Most
 * WebRTC stacks take an answer apart that refuses the section which carries the bundle's transport, or that says
 * nothing of a refused one's codecs.
 */
function chooseUse(offer: SdpOffer, section: SdpSection, video: SdpSection, data: SdpSection | null, bundled: ReadonlySet<string>): SectionUse {
  if (section === video) return 'video';
  if (section === data) return 'data';
  const isMedia = section.kind === 'audio' || section.kind === 'video';
  return isMedia && isRtp(section) && section.named && bundled.has(section.mid) && isOffered(offer, section) && findIdleFormat(section) !== null ? 'idle' : 'refused';
}

/** The one format with which an idle section is answered: the first that it describes. null: none that can be said again. */
export function findIdleFormat(section: SdpSection): { readonly payloadType: number; readonly encoding: string; readonly parameters: string } | null {
  for (const text of section.formats) {
    const payloadType = /^\d{1,3}$/.test(text) ? Number(text) : -1;
    const encoding = section.attributes.encodings.get(payloadType) ?? '';
    if (!/^[A-Za-z0-9._-]{1,32}\/\d{1,7}(\/\d{1,3})?$/.test(encoding)) continue;
    const parameters = section.attributes.parameters.get(payloadType) ?? '';
    return { payloadType, encoding, parameters: /^[\w;=,./+ -]{1,256}$/.test(parameters) ? parameters : '' };
  }
  return null;
}

/** Only one that shares the video's transport: everything runs on one path. */
function findDataChannel(offer: SdpOffer, bundled: ReadonlySet<string>): { readonly section: SdpSection; readonly sctpPort: number } | null {
  const section = offer.sections.find((each) => each.kind === 'application' && each.protocol.endsWith('DTLS/SCTP') && each.named && bundled.has(each.mid) && isOffered(offer, each));
  const port = Number(section?.attributes.first.get('sctp-port') ?? 0);
  return section && Number.isInteger(port) && port > 0 && port < 65_536 ? { section, sctpPort: port } : null;
}
