const FINGERPRINT = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':');

/** An offer as a publisher or viewer would make it. Made up for tests; no candidate, so nothing is ever sent. */
export function makeOffer(direction: 'sendonly' | 'recvonly', codec: 'H264' | 'VP8' = 'H264'): string {
  const fmtp = codec === 'H264' ? 'a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n' : '';
  return ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:0', `a=${direction}`, 'a=rtcp-mux',
    'a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', `a=fingerprint:sha-256 ${FINGERPRINT}`, 'a=setup:actpass', `a=rtpmap:96 ${codec}/90000`,
    ...(direction === 'sendonly' ? ['a=msid:s v', 'a=ssrc:1234 cname:x'] : [])].join('\r\n') + `\r\n${fmtp}`;
}
