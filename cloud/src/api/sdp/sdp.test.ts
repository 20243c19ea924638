import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError, MediaPlanSchema } from '@scanlink/protocol';
import { Compile } from 'typebox/compile';
import { writeAnswer } from './answer.ts';
import { answerProfileLevelId, classifyProfile, listH264 } from './codec.ts';
import { parseOffer } from './parse.ts';
import { planPublisher, planViewer } from './plan.ts';

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
const RESULT = { transport: { iceUfrag: 'u', icePwd: 'p', fingerprint: 'sha-256 AB', setup: 'active', candidates: ['1 1 UDP 1 127.0.0.1 8080 typ host'] }, stream: { ssrc: 7, cname: 'n' } };
const isOurs = (error: unknown): boolean => error instanceof AppError && ['HUB_BAD_SDP', 'HUB_NOT_ACCEPTABLE'].includes(error.code);
/** The lines of an answer's section, by kind. */
const sectionOf = (answer: string, kind: string): string => new RegExp(`^m=${kind} [^]*?(?=^m=|$(?![^]))`, 'm').exec(answer)?.[0] ?? '';

describe('SDP', () => {
  it('tells profiles apart by their constraint bits', () => {
    assert.deepEqual(['42e01f', '42c01f', '42001f', '4d001f', '640032', '58a01f'].map(classifyProfile), ['constrained-baseline', 'constrained-baseline', 'baseline', 'main', 'high', 'other']);
  });

  it('lists H.264 of packetization-mode 1 only', () => {
    assert.deepEqual(listH264(parseOffer(OFFER).sections[1]!).map((each) => each.payloadType), [102, 109, 127]);
  });

  it('chooses Constrained Baseline, refuses what has none', () => {
    assert.equal(planPublisher(PUBLISHER).plan.payloadType, 109);
    assert.equal(planViewer(OFFER).plan.payloadType, 109);
    assert.equal(planViewer(OFFER.replaceAll('42e01f', '640032')).plan.payloadType, 102, 'Baseline, where there is no better');
    assert.throws(() => planViewer(OFFER.replaceAll(/42[e0]01f/g, '640032')), { code: 'HUB_NOT_ACCEPTABLE' });
  });

  it('answers H.264 that names no packetization-mode with mode 1, after one that does', () => {
    const silent = OFFER.replaceAll('packetization-mode=1;', '');
    const negotiation = planViewer(silent);
    assert.equal(negotiation.plan.payloadType, 109);
    assert.match(writeAnswer(negotiation, RESULT, 5), /^a=fmtp:109 .*packetization-mode=1/m);
    const bare = OFFER.replaceAll(/^a=fmtp.*\r\n/gm, '').replaceAll(/^a=rtpmap:108.*\r\n/gm, '');
    assert.equal(planViewer(bare).plan.payloadType, 102);
    assert.equal(planViewer(OFFER.replace('packetization-mode=1;profile-level-id=42e01f', 'profile-level-id=42e01f')).plan.payloadType, 102, 'a mode that is said goes first');
  });

  it('raises the level where both sides may differ in it', () => {
    const { format } = planPublisher(PUBLISHER);
    assert.equal(answerProfileLevelId(format), '42e034');
    assert.equal(answerProfileLevelId({ ...format, levelAsymmetry: false }), '42e01f');
  });

  it('answers section by section: what is not used stays in the bundle, inactive; candidates stand in the first', () => {
    const answer = writeAnswer(planViewer(OFFER), RESULT, 5);
    assert.deepEqual(answer.match(/^m=.*$/gm), ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'm=video 9 UDP/TLS/RTP/SAVPF 109', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel']);
    assert.match(answer, /^a=group:BUNDLE 0 1 2\r$/m);
    const audio = sectionOf(answer, 'audio');
    for (const line of ['a=mid:0', 'a=inactive', 'a=rtcp-mux', 'a=rtcp-mux-only', 'a=rtpmap:111 opus/48000/2', 'a=ice-ufrag:u', 'a=fingerprint:sha-256 AB', 'a=candidate:1 1 UDP 1 127.0.0.1 8080 typ host']) assert.ok(audio.split('\r\n').includes(line), line);
    assert.equal(answer.match(/^a=candidate/gm)?.length, 1);
    assert.deepEqual(answer.match(/^a=rtcp-fb.*$/gm), ['a=rtcp-fb:109 nack']);
    assert.match(answer, /^a=extmap:5 http:\/\/www.webrtc.org\/experiments\/rtp-hdrext\/playout-delay\r$/m);
  });

  it('refuses what does not share the path, and bundles nothing that the offer does not', () => {
    const apart = writeAnswer(planViewer(OFFER.replace('BUNDLE 0 1 2', 'BUNDLE 1 2')), RESULT, 5);
    assert.match(apart, /^m=audio 0 UDP\/TLS\/RTP\/SAVPF 111\r$/m);
    assert.match(apart, /^a=group:BUNDLE 1 2\r$/m);
    assert.match(sectionOf(apart, 'video'), /a=candidate/);
    const none = writeAnswer(planViewer(OFFER.replace('a=group:BUNDLE 0 1 2\r\n', '')), RESULT, 5);
    assert.doesNotMatch(none, /BUNDLE/);
    assert.match(sectionOf(none, 'video'), /a=candidate/);
  });

  it('takes a bundle-only video whose transport stands in the first section of the bundle', () => {
    const transport = /^a=(ice-ufrag|ice-pwd|fingerprint|setup|rtcp-mux).*\r\n/gm;
    const lines = OFFER.match(transport)!.join('');
    const offer = OFFER.replaceAll(transport, '').replace('m=video 9', 'm=video 0').replace('a=mid:1', 'a=mid:1\r\na=bundle-only').replace('a=mid:0\r\n', `a=mid:0\r\n${lines}`);
    const negotiation = planViewer(offer);
    assert.deepEqual([negotiation.plan.payloadType, negotiation.plan.transport.iceUfrag], [109, 'abcd']);
    assert.match(writeAnswer(negotiation, RESULT, 5), /^m=video 9 /m);
    assert.throws(() => planViewer(offer.replace('a=bundle-only\r\n', '')), { code: 'HUB_BAD_SDP' }, 'port 0 alone is no offer');
    assert.throws(() => planViewer(offer.replace('BUNDLE 0 1 2', 'BUNDLE 1 2')), { code: 'HUB_BAD_SDP' }, 'the transport is another bundle\'s');
  });

  it('takes the transport of the section that carries the bundle in the answer, where each section comes with its own', () => {
    const own = OFFER.replace('a=mid:0\r\n', `a=mid:0\r\na=ice-ufrag:audio\r\na=ice-pwd:audioaudioaudioaudioau\r\n${FINGERPRINT.replaceAll('AB', 'CD')}\r\na=setup:passive\r\n`);
    const { iceUfrag, icePwd, fingerprint, setup } = planViewer(own).plan.transport;
    assert.deepEqual([iceUfrag, icePwd, fingerprint.slice(0, 13), setup], ['audio', 'audioaudioaudioaudioau', 'sha-256 CD:CD', 'passive'], 'the audio is kept, and first');
    const refused = own.replace(/^(m=audio .*)UDP\/TLS\/RTP\/SAVPF/m, '$1RTP/AVP');
    assert.notEqual(refused, own);
    assert.equal(planViewer(refused).plan.transport.iceUfrag, 'abcd', 'the audio is not part of the path');
  });

  it('takes an offer without mids, and says none in the answer', () => {
    const offer = OFFER.replaceAll(/^a=(mid|group).*\r\n/gm, '');
    const negotiation = planViewer(offer);
    assert.equal(negotiation.plan.mid, 's1');
    assert.doesNotMatch(writeAnswer(negotiation, RESULT, 5), /a=mid|BUNDLE/);
  });

  it('leaves out a data channel that is not on the same path', () => {
    assert.equal(planViewer(OFFER.replace('BUNDLE 0 1 2', 'BUNDLE 0 1')).plan.dataChannel, null);
    assert.deepEqual(planViewer(OFFER).plan.dataChannel, { mid: '2', sctpPort: 5000 });
  });

  for (const [algorithm, bytes] of [['sha-1', 20], ['sha-224', 28], ['md5', 16]] as const) {
    it(`takes no fingerprint by ${algorithm}, be it the only one or beside a good one`, () => {
      const weak = `a=fingerprint:${algorithm} ${Array.from({ length: bytes }, () => 'AB').join(':')}`;
      assert.throws(() => planViewer(OFFER.replaceAll(FINGERPRINT, weak)), { code: 'HUB_BAD_SDP' });
      assert.match(planViewer(OFFER.replaceAll(FINGERPRINT, `${weak}\r\n${FINGERPRINT}`)).plan.transport.fingerprint, /^sha-256 /);
    });
  }

  it('refuses a payload type that is described twice, and more than a section can need', () => {
    assert.throws(() => parseOffer(OFFER.replace('a=rtpmap:96 VP8/90000', 'a=rtpmap:102 VP8/90000')), { code: 'HUB_BAD_SDP' });
    assert.throws(() => parseOffer(`${OFFER}${'a=x:1\r\n'.repeat(1001)}`), { code: 'HUB_BAD_SDP' });
    assert.throws(() => parseOffer(OFFER.replace('m=audio 9 UDP/TLS/RTP/SAVPF', `m=audio 9 UDP/TLS/RTP/SAVPF${' 5'.repeat(129)}`)), { code: 'HUB_BAD_SDP' });
    assert.throws(() => parseOffer(OFFER.replace('a=group:BUNDLE 0 1 2', `a=group:BUNDLE${' x'.repeat(40)}`)), { code: 'HUB_BAD_SDP' });
  });

  it('answers any text with a plan that the relay takes, or with a refusal of its own', () => {
    const lines = OFFER.split('\r\n');
    const mutated = fc.array(fc.tuple(fc.nat(lines.length - 1), fc.oneof(fc.string(), fc.constantFrom(...lines), fc.constant(null))), { maxLength: 6 }).map((changes) => {
      const copy: (string | null)[] = [...lines];
      for (const [index, value] of changes) copy[index] = value;
      return copy.filter((line) => line !== null).join('\r\n');
    });
    const plan = Compile(MediaPlanSchema);
    fc.assert(fc.property(fc.oneof(fc.string(), mutated), (text) => {
      for (const negotiate of [planViewer, planPublisher]) {
        try {
          const negotiation = negotiate(text);
          assert.ok(plan.Check(negotiation.plan), JSON.stringify(negotiation.plan));
          for (const line of writeAnswer(negotiation, RESULT, 1).split('\r\n')) assert.match(line, /^([vost]=|m=|c=|a=(group|msid-semantic|fingerprint|mid|sendonly|recvonly|inactive|rtcp-mux|rtcp-mux-only|rtcp-rsize|rtpmap|fmtp|rtcp-fb|extmap|msid|ssrc|ice-ufrag|ice-pwd|setup|sctp-port|max-message-size|candidate|end-of-candidates)\b)[\x20-\x7e]*$|^$/);
        } catch (error) {
          assert.ok(isOurs(error), String(error));
        }
      }
    }));
  });
});
