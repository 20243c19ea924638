import type { LocalTransport, PeerResult } from '@scanlink/protocol';
import { PLAYOUT_DELAY_URI } from '@scanlink/protocol/rtp/playout-delay';
import { findIdleFormat, type Negotiation, type SectionUse } from './plan.ts';
import type { SdpSection } from './parse.ts';

/** Feedback that the relay makes use of. */
const FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'goog-remb'];

/**
 * Our answer: every section of the offer in its order. What is not used stays in the bundle as `inactive`, or is
 * refused (port 0) where it does not share the path. sessionNumber: of the o-line, any.
 */
export function writeAnswer(negotiation: Negotiation, result: Pick<PeerResult, 'transport' | 'stream'>, sessionNumber: number): string {
  const { bundle, sections, plan } = negotiation;
  const lines = ['v=0', `o=- ${sessionNumber} 1 IN IP4 127.0.0.1`, 's=-', 't=0 0'];
  if (bundle.length > 0) lines.push(`a=group:BUNDLE ${bundle.join(' ')}`);
  lines.push('a=msid-semantic: WMS *');
  // Candidates belong to the transport of the bundle: said once, in its first section.
  const carrier = bundle[0] ?? plan.mid;
  for (const { section, use } of sections) {
    lines.push(...writeSection(section, use, negotiation, result.stream));
    if (use !== 'refused') lines.push(...writeTransport(result.transport, section.mid === carrier));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function writeSection(section: SdpSection, use: SectionUse, negotiation: Negotiation, stream: PeerResult['stream']): readonly string[] {
  const mid = section.named ? [`a=mid:${section.mid}`] : [];
  if (use === 'video') return writeVideo(negotiation, mid, stream);
  if (use === 'data') {
    return [`m=application 9 ${section.protocol} ${section.formats.join(' ')}`, 'c=IN IP4 0.0.0.0', ...mid, `a=sctp-port:${negotiation.plan.dataChannel?.sctpPort ?? 5000}`, 'a=max-message-size:262144'];
  }
  const idle = findIdleFormat(section);
  if (use === 'refused' || idle === null) return [`m=${section.kind} 0 ${section.protocol} ${section.formats.join(' ')}`, 'c=IN IP4 0.0.0.0', ...mid, 'a=inactive'];
  return [
    `m=${section.kind} 9 UDP/TLS/RTP/SAVPF ${idle.payloadType}`, 'c=IN IP4 0.0.0.0', ...mid, 'a=inactive', 'a=rtcp-mux', 'a=rtcp-mux-only', `a=rtpmap:${idle.payloadType} ${idle.encoding}`,
    ...(idle.parameters === '' ? [] : [`a=fmtp:${idle.payloadType} ${idle.parameters}`]),
  ];
}

function writeVideo(negotiation: Negotiation, mid: readonly string[], stream: PeerResult['stream']): readonly string[] {
  const { format, plan } = negotiation;
  const { payloadType } = plan;
  const lines = [`m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}`, 'c=IN IP4 0.0.0.0', ...mid, `a=${negotiation.direction}`, 'a=rtcp-mux', 'a=rtcp-mux-only'];
  if (negotiation.reducedSizeRtcp) lines.push('a=rtcp-rsize');
  lines.push(`a=rtpmap:${payloadType} H264/90000`, `a=fmtp:${payloadType} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${plan.profileLevelId}`);
  for (const each of FEEDBACK) if (format.feedback.has(each)) lines.push(`a=rtcp-fb:${payloadType} ${each}`);
  if (plan.playoutExtensionId > 0) lines.push(`a=extmap:${plan.playoutExtensionId} ${PLAYOUT_DELAY_URI}`);
  if (stream) lines.push('a=msid:scanlink video', `a=ssrc:${stream.ssrc} cname:${stream.cname}`);
  return lines;
}

function writeTransport(local: LocalTransport, withCandidates: boolean): readonly string[] {
  const lines = [`a=ice-ufrag:${local.iceUfrag}`, `a=ice-pwd:${local.icePwd}`, `a=fingerprint:${local.fingerprint}`, `a=setup:${local.setup}`];
  if (withCandidates) lines.push(...local.candidates.map((candidate) => `a=candidate:${candidate}`), 'a=end-of-candidates');
  return lines;
}
