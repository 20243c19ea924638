import type { MediaPlan } from './plan.ts';
import { PLAYOUT_DELAY_URI } from './plan.ts';
import type { SdpSection } from './parse.ts';

/** What the native library made up for its side. */
export interface LocalTransport {
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprint: string;
  readonly setup: string;
  readonly candidates: readonly string[];
}

/** Reads them out of the library's own description. @throws Error when one is missing (a fault of ours). */
export function readLocalTransport(sdp: string): LocalTransport {
  const find = (name: string): string => {
    const value = new RegExp(`^a=${name}:(.+)$`, 'm').exec(sdp)?.[1]?.trim();
    if (value === undefined) throw new Error(`local description without ${name}`);
    return value;
  };
  const candidates = [...new Set([...sdp.matchAll(/^a=candidate:(.+)$/gm)].map((match) => match[1]!.trim()))];
  return { iceUfrag: find('ice-ufrag'), icePwd: find('ice-pwd'), fingerprint: find('fingerprint'), setup: find('setup'), candidates };
}

/** Feedback that the relay makes use of. */
const FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'goog-remb'];

export interface OutgoingStream { readonly ssrc: number; readonly cname: string }

/** Our answer: every section of the offer in its order, those not used rejected (port 0). stream: what a viewer will get. */
export function writeAnswer(plan: MediaPlan, local: LocalTransport, stream: OutgoingStream | null, sessionNumber: number): string {
  const mids = plan.sections.filter((section) => section === plan.video || section === plan.dataChannel?.section).map((section) => section.mid);
  const lines = ['v=0', `o=- ${sessionNumber} 1 IN IP4 127.0.0.1`, 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`, 'a=msid-semantic: WMS *'];
  let withCandidates = true;
  for (const section of plan.sections) {
    const used = section === plan.video || section === plan.dataChannel?.section;
    if (!used) lines.push(...writeRejected(section));
    else if (section === plan.video) lines.push(...writeVideo(plan, stream), ...writeTransport(local, withCandidates));
    else lines.push(...writeDataChannel(section, plan), ...writeTransport(local, withCandidates));
    // Candidates belong to the transport of the bundle: said once, in its first section.
    if (used) withCandidates = false;
  }
  return `${lines.join('\r\n')}\r\n`;
}

function writeVideo(plan: MediaPlan, stream: OutgoingStream | null): readonly string[] {
  const { format, video } = plan;
  const lines = [`m=video 9 UDP/TLS/RTP/SAVPF ${format.payloadType}`, 'c=IN IP4 0.0.0.0', `a=mid:${video.mid}`, `a=${plan.direction}`, 'a=rtcp-mux'];
  if (plan.reducedSizeRtcp) lines.push('a=rtcp-rsize');
  lines.push(`a=rtpmap:${format.payloadType} H264/90000`, `a=fmtp:${format.payloadType} ${plan.parameters}`);
  for (const each of FEEDBACK) if (format.feedback.includes(each)) lines.push(`a=rtcp-fb:${format.payloadType} ${each}`);
  if (plan.playoutExtensionId > 0) lines.push(`a=extmap:${plan.playoutExtensionId} ${PLAYOUT_DELAY_URI}`);
  if (stream) lines.push('a=msid:scanlink video', `a=ssrc:${stream.ssrc} cname:${stream.cname}`);
  return lines;
}

function writeDataChannel(section: SdpSection, plan: MediaPlan): readonly string[] {
  return [`m=application 9 ${section.protocol} ${section.formats.join(' ')}`, 'c=IN IP4 0.0.0.0', `a=mid:${section.mid}`, `a=sctp-port:${plan.dataChannel?.sctpPort ?? 5000}`, 'a=max-message-size:262144'];
}

function writeTransport(local: LocalTransport, withCandidates: boolean): readonly string[] {
  const lines = [`a=ice-ufrag:${local.iceUfrag}`, `a=ice-pwd:${local.icePwd}`, `a=fingerprint:${local.fingerprint}`, `a=setup:${local.setup}`];
  if (withCandidates) lines.push(...local.candidates.map((candidate) => `a=candidate:${candidate}`), 'a=end-of-candidates');
  return lines;
}

function writeRejected(section: SdpSection): readonly string[] {
  return [`m=${section.kind} 0 ${section.protocol} ${section.formats.join(' ')}`, 'c=IN IP4 0.0.0.0', `a=mid:${section.mid}`, 'a=inactive'];
}
