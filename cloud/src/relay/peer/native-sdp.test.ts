import assert from 'node:assert/strict';
import type { MediaPlan } from '@scanlink/protocol';
import { readLocalTransport, withAdvertised, writeNativeOffer } from './native-sdp.ts';

const plan: MediaPlan = {
  mid: '1', payloadType: 109, profileLevelId: '42e01f', playoutExtensionId: 5, dataChannel: { mid: '2', sctpPort: 5000 },
  transport: { iceUfrag: 'abcd', icePwd: 'abcdefghijklmnopqrstuv', fingerprint: 'sha-256 AB', setup: 'actpass' },
};

describe('SDP towards the native library', () => {
  it('holds no address and nothing that was not agreed on', () => {
    const offer = writeNativeOffer(plan, true);
    assert.doesNotMatch(offer, /candidate/);
    assert.match(offer, /^m=video 9 UDP\/TLS\/RTP\/SAVPF 109\r$/m);
    assert.match(offer, /^a=recvonly\r$/m);
    assert.match(writeNativeOffer({ ...plan, dataChannel: null }, false), /^a=group:BUNDLE 1\r\n[^]*a=sendonly\r\n/m);
  });

  it('reads the library\'s side, or says what is missing', () => {
    const lines = ['a=ice-ufrag:u', 'a=ice-pwd:p', 'a=fingerprint:sha-256 AB', 'a=setup:active', 'a=candidate:1 1 UDP 1 127.0.0.1 8080 typ host', 'a=candidate:1 1 UDP 1 127.0.0.1 8080 typ host', ''];
    assert.deepEqual(readLocalTransport(lines.join('\r\n')), { iceUfrag: 'u', icePwd: 'p', fingerprint: 'sha-256 AB', setup: 'active', candidates: ['1 1 UDP 1 127.0.0.1 8080 typ host'] });
    assert.throws(() => readLocalTransport(lines.slice(1).join('\r\n')), /ice-ufrag/);
  });

  it('names addresses of outside after its own, with the same port', () => {
    const transport = { iceUfrag: 'u', icePwd: 'p', fingerprint: 'f', setup: 'active', candidates: ['1 1 UDP 2122317823 127.0.0.1 8080 typ host'] };
    const { candidates } = withAdvertised(transport, ['203.0.113.7', '2001:db8::7'], 8080);
    assert.deepEqual(candidates.slice(1).map((each) => each.split(' ').slice(4).join(' ')), ['203.0.113.7 8080 typ host', '2001:db8::7 8080 typ host']);
    const priorities = candidates.map((each) => Number(each.split(' ')[3]));
    assert.deepEqual(priorities.toSorted((a, b) => b - a), priorities);
    assert.deepEqual(withAdvertised(transport, [], 8080), transport);
  });
});
