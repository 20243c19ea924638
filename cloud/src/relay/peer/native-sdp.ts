import type { LocalTransport, MediaPlan } from '@scanlink/protocol';

const MAX_MESSAGE_BYTES = 262_144;

/** fmtp of the one format that is agreed on. */
export function writeFormatParameters(plan: MediaPlan): string {
  return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${plan.profileLevelId}`;
}

/**
 * The offer in our own words, for the native library: only what was agreed on, and no candidate. The peer's address is
 * learnt from its checks; candidates in the offer would let DTLS begin before it should ("certificate verify failed"),
 * and would bring addresses of a hospital's inside here. weSend: the peer is a viewer.
 */
export function writeNativeOffer(plan: MediaPlan, weSend: boolean): string {
  const { transport, payloadType, dataChannel } = plan;
  const ice = [`a=ice-ufrag:${transport.iceUfrag}`, `a=ice-pwd:${transport.icePwd}`, `a=setup:${transport.setup}`];
  const mids = dataChannel ? `${plan.mid} ${dataChannel.mid}` : plan.mid;
  const lines = [
    'v=0', 'o=- 1 0 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids}`, `a=fingerprint:${transport.fingerprint}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}`, 'c=IN IP4 0.0.0.0', `a=mid:${plan.mid}`,
    weSend ? 'a=recvonly' : 'a=sendonly', 'a=rtcp-mux', `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} ${writeFormatParameters(plan)}`, ...ice,
  ];
  if (dataChannel) lines.push('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=mid:${dataChannel.mid}`, `a=sctp-port:${dataChannel.sctpPort}`, `a=max-message-size:${MAX_MESSAGE_BYTES}`, ...ice);
  return `${lines.join('\r\n')}\r\n`;
}

/** As a second one of the same kind: tried after the addresses that the relay has itself. */
const ADVERTISED_PRIORITY = 2_113_929_215;

/** Candidates for addresses by which others reach the relay's port, where it stands behind a translator of addresses. */
export function withAdvertised(transport: LocalTransport, addresses: readonly string[], udpPort: number): LocalTransport {
  const added = addresses.map((address, index) => `${100 + index} 1 UDP ${ADVERTISED_PRIORITY - index} ${address} ${udpPort} typ host`);
  return { ...transport, candidates: [...transport.candidates, ...added] };
}

/** What the native library made up for its side, out of its own description. @throws Error when something is missing (a fault of ours). */
export function readLocalTransport(sdp: string): LocalTransport {
  const find = (name: string): string => {
    const value = new RegExp(`^a=${name}:(.+)$`, 'm').exec(sdp)?.[1]?.trim();
    if (value === undefined) throw new Error(`local description without ${name}`);
    return value;
  };
  const candidates = [...new Set([...sdp.matchAll(/^a=candidate:(.+)$/gm)].map((match) => match[1]!.trim()))];
  return { iceUfrag: find('ice-ufrag'), icePwd: find('ice-pwd'), fingerprint: find('fingerprint'), setup: find('setup'), candidates };
}
