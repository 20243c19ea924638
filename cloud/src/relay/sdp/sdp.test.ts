import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError } from '@scanlink/protocol';
import { readLocalTransport, writeAnswer } from './answer.ts';
import { answerProfileLevelId, classifyProfile, listH264 } from './codec.ts';
import { parseOffer } from './parse.ts';
import { planPublisher, planViewer, writeNativeOffer } from './plan.ts';

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;
/** As Chromium writes it, shortened: audio first, many payload types, extensions. */
const OFFER = [
  'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1 2', 'a=extmap-allow-mixed',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102 103 108 109 127', 'c=IN IP4 0.0.0.0', 'a=candidate:1 1 udp 1 192.0.2.7 5 typ host', 'a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuv', FINGERPRINT, 'a=setup:actpass', 'a=mid:1',
  'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 'a=recvonly', 'a=rtcp-mux', 'a=rtcp-rsize',
  'a=rtpmap:96 VP8/90000', 'a=rtpmap:102 H264/90000', 'a=rtcp-fb:102 goog-remb', 'a=rtcp-fb:102 nack', 'a=rtcp-fb:102 nack pli', 'a=rtcp-fb:102 transport-cc',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f', 'a=rtpmap:103 rtx/90000', 'a=fmtp:103 apt=102',
  'a=rtpmap:108 H264/90000', 'a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:109 H264/90000', 'a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f', 'a=rtcp-fb:109 nack',
  'a=rtpmap:127 H264/90000', 'a=fmtp:127 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:2', 'a=sctp-port:5000', '',
].join('\r\n');
const PUBLISHER = OFFER.replaceAll('recvonly', 'sendonly');
const LOCAL = { iceUfrag: 'u', icePwd: 'p', fingerprint: 'sha-256 AB', setup: 'active', candidates: ['1 1 UDP 1 127.0.0.1 8080 typ host'] };

describe('SDP', () => {
  it('tells profiles apart by their constraint bits', () => {
    assert.deepEqual(['42e01f', '42c01f', '42001f', '4d001f', '640032', '58a01f'].map(classifyProfile), ['constrained-baseline', 'constrained-baseline', 'baseline', 'main', 'high', 'other']);
  });

  it('lists H.264 of packetization-mode 1 only', () => {
    assert.deepEqual(listH264(parseOffer(OFFER).sections[1]!).map((each) => each.payloadType), [102, 109, 127]);
  });

  it('chooses Constrained Baseline, Main when wanted, what runs for a viewer', () => {
    assert.equal(planPublisher(PUBLISHER, 'constrained-baseline').format.payloadType, 109);
    assert.equal(planPublisher(PUBLISHER, 'main').format.payloadType, 127);
    assert.equal(planViewer(OFFER, 'main').format.payloadType, 127);
    assert.equal(planViewer(OFFER, 'constrained-baseline').format.payloadType, 109);
    const withoutMain = OFFER.replace('profile-level-id=4d001f', 'profile-level-id=640032');
    assert.throws(() => planViewer(withoutMain, 'main'), { code: 'HUB_NOT_ACCEPTABLE' });
    assert.equal(planPublisher(withoutMain.replaceAll('recvonly', 'sendonly'), 'main').format.payloadType, 109);
  });

  it('raises the level where both sides may differ in it', () => {
    const format = planPublisher(PUBLISHER, 'constrained-baseline').format;
    assert.equal(answerProfileLevelId(format), '42e034');
    assert.equal(answerProfileLevelId({ ...format, levelAsymmetry: false }), '42e01f');
  });

  it('answers section by section: what is not used is rejected, feedback is what was offered', () => {
    const answer = writeAnswer(planViewer(OFFER, 'constrained-baseline'), LOCAL, { ssrc: 7, cname: 'n' }, 5);
    assert.deepEqual(answer.match(/^m=.*$/gm), ['m=audio 0 UDP/TLS/RTP/SAVPF 111', 'm=video 9 UDP/TLS/RTP/SAVPF 109', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel']);
    assert.match(answer, /^a=group:BUNDLE 1 2\r$/m);
    assert.deepEqual(answer.match(/^a=rtcp-fb.*$/gm), ['a=rtcp-fb:109 nack']);
    assert.match(answer, /^a=extmap:5 http:\/\/www.webrtc.org\/experiments\/rtp-hdrext\/playout-delay\r$/m);
    assert.equal(answer.match(/^a=candidate/gm)?.length, 1);
    assert.deepEqual(readLocalTransport(answer), LOCAL);
  });

  it('gives the library no address and nothing that was not agreed on', () => {
    const native = writeNativeOffer(planViewer(OFFER, 'constrained-baseline'));
    assert.doesNotMatch(native, /candidate|192\.0\.2\.7|VP8|opus/);
    assert.match(native, /^m=video 9 UDP\/TLS\/RTP\/SAVPF 109\r$/m);
  });

  it('leaves out a data channel that is not on the same path', () => {
    assert.equal(planViewer(OFFER.replace('BUNDLE 0 1 2', 'BUNDLE 0 1'), 'constrained-baseline').dataChannel, null);
  });

  it('answers any text with a plan or a refusal of its own, and writes no line it did not mean to', () => {
    const lines = OFFER.split('\r\n');
    const mutated = fc.array(fc.tuple(fc.nat(lines.length - 1), fc.oneof(fc.string(), fc.constantFrom(...lines), fc.constant(null))), { maxLength: 6 }).map((changes) => {
      const copy: (string | null)[] = [...lines];
      for (const [index, value] of changes) copy[index] = value;
      return copy.filter((line) => line !== null).join('\r\n');
    });
    fc.assert(fc.property(fc.oneof(fc.string(), mutated), (text) => {
      try {
        const native = writeNativeOffer(planViewer(text, 'constrained-baseline'));
        for (const line of native.split('\r\n')) assert.match(line, /^([vost]=|m=|c=|a=(group|fingerprint|mid|recvonly|rtcp-mux|rtpmap|fmtp|ice-ufrag|ice-pwd|setup|sctp-port|max-message-size)\b)[\x20-\x7e]*$|^$/);
      } catch (error) {
        assert.ok(error instanceof AppError && ['HUB_BAD_SDP', 'HUB_NOT_ACCEPTABLE'].includes(error.code), String(error));
      }
    }));
  });
});
