/** A codec as RTCRtpReceiver.getCapabilities lists it. */
export interface CodecCapability { readonly mimeType: string; readonly clockRate: number; readonly channels?: number; readonly sdpFmtpLine?: string }

/**
 * H.264 codecs of a browser, the ones a box most likely sends first: packetization mode 1, then Constrained Baseline,
 * Main, Baseline. Empty where the browser can't play H.264 by WebRTC.
 */
export function orderH264<T extends CodecCapability>(codecs: readonly T[]): T[] {
  const h264 = codecs.filter((codec) => codec.mimeType.toLowerCase() === 'video/h264');
  return h264.sort((a, b) => rank(a) - rank(b));
}

function rank(codec: CodecCapability): number {
  const fmtp = codec.sdpFmtpLine ?? '';
  const mode = /packetization-mode=1/.test(fmtp) ? 0 : 10;
  const profile = /profile-level-id=([0-9a-fA-F]{4})/.exec(fmtp)?.[1]?.toLowerCase() ?? '';
  const profiles = ['42e0', '4d00', '4200'];
  return mode + (profiles.includes(profile) ? profiles.indexOf(profile) : profiles.length);
}
