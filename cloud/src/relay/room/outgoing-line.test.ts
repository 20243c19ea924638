import assert from 'node:assert/strict';
import { createRtpView, readRtp } from '../rtp/packet.ts';
import { getVariant } from '../rtp/packet-ring.ts';
import { OutgoingLine } from './outgoing-line.ts';

/** One packet with a parameter set: a decoder can begin with it. */
function takePacket(line: OutgoingLine): NonNullable<ReturnType<OutgoingLine['take']>> {
  const packet = Buffer.from('8060000100000001000000076742001f', 'hex');
  const view = createRtpView();
  assert.ok(readRtp(packet, view));
  const slot = line.take(packet, view, 1, 0, 0);
  assert.ok(slot);
  return slot;
}

describe('packet variants', () => {
  it('are kept for a few kinds of receiver; each further kind gets its own packets, of which nothing is kept', () => {
    const line = new OutgoingLine({ ssrc: 9, cname: 'c', startSequence: 0, startTimestamp: 0, playoutZero: true });
    const slot = takePacket(line);
    const kinds = Array.from({ length: 96 * 15 }, (_, index) => ({ payloadType: 32 + (index % 96), extensionId: Math.floor(index / 96) }));
    for (const { payloadType, extensionId } of kinds) {
      const { variant, header } = line.registerVariant(payloadType, extensionId);
      const view = createRtpView();
      assert.ok(readRtp(getVariant(slot, variant, header), view));
      assert.deepEqual([view.payloadType, view.ssrc], [payloadType, 9]);
    }
    assert.ok(slot.variants.length <= 8, `${slot.variants.length} copies`);
    const distinct = new Set(kinds.map(({ payloadType, extensionId }) => line.registerVariant(payloadType, extensionId).variant));
    assert.ok(distinct.size <= 9, 'eight, and one number for all others');
  });

  it('are shared by receivers of the same kind', () => {
    const line = new OutgoingLine({ ssrc: 9, cname: 'c', startSequence: 0, startTimestamp: 0, playoutZero: true });
    const slot = takePacket(line);
    const [first, second] = [line.registerVariant(102, 5), line.registerVariant(102, 5)];
    assert.equal(getVariant(slot, first.variant, first.header), getVariant(slot, second.variant, second.header));
  });
});
