import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError } from '@scanlink/protocol';
import { toRtcIceServers } from '../whip/ice-servers.ts';
import { parseIceServers } from '../whip/link-header.ts';
import { buildTrickleFragment, offeredFormats, prepareOffer, readAnswer } from './sdp.ts';
import { readRetryAfterMs } from '../../lib/retry-after.ts';
import { readRefusal } from '../whip/whip-refusal.ts';

const OFFER = [
  'v=0', 'o=rtc 1 0 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1', 'a=group:LS 0',
  'm=video 33342 UDP/TLS/RTP/SAVPF 96 97', 'c=IN IP4 192.0.2.2', 'a=mid:0', 'a=sendonly', 'a=rtcp-mux', 'a=rtcp-fb:96 nack pli',
  'a=ice-ufrag:abcd', 'a=ice-pwd:secretsecretsecretsecret',
  'a=candidate:1 1 UDP 2114977791 192.0.2.2 33342 typ host', 'a=candidate:2 1 UDP 1 198.51.100.7 4 typ relay raddr 0.0.0.0 rport 0', 'a=end-of-candidates', '',
].join('\r\n');
const answer = (...video: string[]): string => ['v=0', 's=-', 't=0 0', ...video, ''].join('\r\n');
const refusedAs = (code: string) => (error: unknown): boolean => error instanceof AppError && error.code === code;

describe('offer', () => {
  it('by policy names no address of this machine', () => {
    const sdp = prepareOffer(OFFER, { stripHostCandidates: true });
    assert.ok(!sdp.includes('192.0.2.2') && !sdp.includes('typ host'));
    assert.ok(sdp.includes('typ relay') && sdp.includes('m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0'));
    assert.ok(sdp.endsWith('\r\n'));
  });
  it('otherwise keeps its candidates; offers FIR; no RTCP on a port of its own; no lip-sync group', () => {
    const sdp = prepareOffer(OFFER, { stripHostCandidates: false });
    assert.ok(sdp.includes('192.0.2.2') && sdp.includes('a=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 ccm fir') && !sdp.includes('a=group:LS'));
    assert.ok(sdp.includes('a=rtcp-mux\r\na=rtcp-mux-only\r\n'));
  });
  it('the wish comes first', () => {
    assert.deepEqual(offeredFormats('main').map((each) => each.profileLevelId), ['4d001f', '42e01f']);
  });
});

describe('answer', () => {
  it('names payload type, profile, extension and channel', () => {
    const choice = readAnswer(answer('m=video 9 UDP/TLS/RTP/SAVPF 97', 'a=rtpmap:97 H264/90000', 'a=fmtp:97 level-asymmetry-allowed=1;profile-level-id=4D0028;packetization-mode=1',
      'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'));
    assert.deepEqual(choice, { payloadType: 97, profileLevelId: '4d0028', encoderProfile: 'main', playoutDelayId: 5, dataChannel: true });
  });
  it('without fmtp the offered format of that number holds; a rejected channel is none', () => {
    const choice = readAnswer(answer('m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 H264/90000', 'm=application 0 UDP/DTLS/SCTP webrtc-datachannel'));
    assert.deepEqual(choice, { payloadType: 96, profileLevelId: null, encoderProfile: 'constrained-baseline', playoutDelayId: null, dataChannel: false });
  });
  it('the first of several formats counts', () => {
    const choice = readAnswer(answer('m=video 9 UDP/TLS/RTP/SAVPF 97 96', 'a=rtpmap:96 H264/90000', 'a=rtpmap:97 H264/90000', 'a=fmtp:96 profile-level-id=42e01f', 'a=fmtp:97 profile-level-id=4d001f'));
    assert.equal(choice.payloadType, 97);
  });
  for (const [name, sdp] of [
    ['no video', answer('m=audio 9 UDP/TLS/RTP/SAVPF 111')], ['video rejected', answer('m=video 0 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 H264/90000')],
    ['another codec', answer('m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000')], ['empty', ''],
  ] as const) it(`refused: ${name}`, () => assert.throws(() => readAnswer(sdp), refusedAs('STR_WHIP_REFUSED')));
  it('any text is read or refused, nothing else', () => {
    const line = fc.oneof(fc.constantFrom('m=video 9 UDP/TLS/RTP/SAVPF 96', 'm=video', 'm=', 'a=rtpmap:96 H264/90000', 'a=extmap:', 'a=extmap:x http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 'a=fmtp:96 profile-level-id=zz'), fc.string({ maxLength: 40 }));
    fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      try {
        assert.equal(readAnswer(lines.join('\r\n')).payloadType > 0, true);
      } catch (error) {
        assert.ok(refusedAs('STR_WHIP_REFUSED')(error));
      }
    }));
  });
  it('a trickle fragment names its generation, its section and the end', () => {
    assert.equal(buildTrickleFragment(OFFER, ['a=candidate:9 1 UDP 1 198.51.100.7 5 typ srflx raddr 0.0.0.0 rport 0'], true).split('\r\n').join('|'),
      'a=ice-ufrag:abcd|a=ice-pwd:secretsecretsecretsecret|m=video 9 UDP/TLS/RTP/SAVPF 0|a=mid:0|a=candidate:9 1 UDP 1 198.51.100.7 5 typ srflx raddr 0.0.0.0 rport 0|a=end-of-candidates|');
  });
});

describe('Link headers', () => {
  const table: readonly (readonly [string, string[], unknown[]])[] = [
    ['one', ['<stun:stun.example.net>; rel="ice-server"'], [{ url: 'stun:stun.example.net' }]],
    ['several in one header, with a comma and quotes inside', ['<turn:a.example?transport=udp>; rel="ice-server"; username="u,;\\"x"; credential="p"; credential-type="password", <turns:b.example>; rel=ice-server; username=v; credential=q'],
      [{ url: 'turn:a.example?transport=udp', username: 'u,;"x', credential: 'p' }, { url: 'turns:b.example', username: 'v', credential: 'q' }]],
    ['other relations and schemes', ['</x>; rel="next", <https://x.example>; rel="ice-server"', '<stun:c.example>; rel="preload ice-server"'], [{ url: 'stun:c.example' }]],
    ['a parameter without a value, an empty and a broken link beside a good one', ['<stun:d.example>; crossorigin; rel="ice-server",, <stun:e.example>; rel=ice-server, <stun:f'], [{ url: 'stun:d.example' }, { url: 'stun:e.example' }]],
    ['thousands of relations and parameters', [`<stun:g.example>; rel="${'a '.repeat(4000)}ice-server"${';x=1'.repeat(1500)}`], [{ url: 'stun:g.example' }]],
    ['nonsense', ['', ',,,', '<stun:a', 'stun:a; rel=ice-server', '<>; rel="ice-server"'], []],
  ];
  for (const [name, headers, expected] of table) it(name, () => assert.deepEqual(parseIceServers(headers), expected));
  it('takes any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('<', '>', '"', ';', ',', '\\', '=', 'r', 'e', 'l', ' ', 's', 't', 'u', 'n', ':') }), { maxLength: 4 }), (headers) => {
      for (const server of parseIceServers(headers)) assert.match(server.url, /^stuns?:|^turns?:/);
    }));
  });
  it('become servers of the peer connection; TURN over TCP and TLS can\'t', () => {
    assert.deepEqual(toRtcIceServers(['stun:x'], [
      { url: 'stun:a:19302' }, { url: 'turn:b?transport=udp', username: 'u', credential: 'c' }, { url: 'turn:b?transport=tcp', username: 'u', credential: 'c' },
      { url: 'turns:b', username: 'u', credential: 'c' }, { url: 'turn:nocredential' },
    ]), ['stun:x', { hostname: 'a', port: 19302 }, { hostname: 'b', port: 3478, username: 'u', password: 'c', relayType: 'TurnUdp' }]);
  });

  it('of those that a server names four are asked; one\'s own are not counted', () => {
    const named = Array.from({ length: 50 }, (_, index) => ({ url: `stun:10.0.0.${index}` }));
    const servers = toRtcIceServers(['stun:x', 'stun:y'], named);
    assert.deepEqual(servers.map((each) => (typeof each === 'string' ? each : each.hostname)), ['stun:x', 'stun:y', '10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });
});

describe('refusals', () => {
  const body = (code: string): string => JSON.stringify({ code, message: 'x', messageZh: 'x', retryable: false, context: { detail: 'd', deep: { no: 1 } } });
  const table: readonly (readonly [number, string, string, boolean])[] = [
    [401, body('HUB_NO_TOKEN'), 'HUB_NO_TOKEN', false], [409, body('HUB_SECOND_PUBLISHER'), 'HUB_SECOND_PUBLISHER', false],
    [503, body('HUB_RELAY_DOWN'), 'HUB_RELAY_DOWN', true], [503, 'busy', 'STR_WHIP_BUSY', true], [429, '', 'STR_WHIP_BUSY', true],
    [500, body('BUG_UNEXPECTED'), 'STR_HUB_UNREACHABLE', true], [502, '<html>', 'STR_HUB_UNREACHABLE', true],
    [404, 'not found', 'STR_WHIP_REFUSED', false], [406, body('HUB_OF_A_LATER_RELEASE'), 'HUB_OF_A_LATER_RELEASE', false], [406, '{"code":"no code"}', 'STR_WHIP_REFUSED', false], [200, '', 'STR_WHIP_REFUSED', false],
  ];
  for (const [status, text, code, retryable] of table) {
    it(`${status} ${text.slice(0, 30)} -> ${code}`, () => {
      const error = readRefusal(status, { 'retry-after': '2' }, text);
      assert.deepEqual([error.code, error.retryable], [code, retryable]);
    });
  }
  it('carry no address and no markup of a foreign server', () => {
    assert.equal(readRefusal(400, {}, 'peer 192.0.2.77 unknown\nmore').context['detail'], 'peer (address) unknown');
    assert.equal(readRefusal(400, {}, '<html>').context['detail'], 'no words');
  });
  it('Retry-After: seconds, date, bounded', () => {
    const nowMs = Date.parse('2026-11-24T00:00:00Z');
    assert.deepEqual(['2', '0', '99999', 'Tue, 24 Nov 2026 00:00:05 GMT', 'Mon, 23 Nov 2026 00:00:00 GMT', 'soon', undefined].map((value) => readRetryAfterMs(value, nowMs)), [2000, 0, 30_000, 5000, 0, 1000, 1000]);
  });
});
