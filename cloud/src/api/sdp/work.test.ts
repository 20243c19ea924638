import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError, MAX_SDP_BYTES } from '@scanlink/protocol';
import { writeAnswer } from './answer.ts';
import { readFragment } from './fragment.ts';
import { planPublisher, planViewer } from './plan.ts';

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;
const HEAD = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuv', FINGERPRINT];
const RESULT = { transport: { iceUfrag: 'u', icePwd: 'p', fingerprint: 'sha-256 AB', setup: 'active', candidates: [] }, stream: null };

/**
 * Elements that calls look at: those of the array for what walks one, characters for what reads a text. Counted by
 * wrapping the built-ins for the time of one call: no clock, so it holds on any machine.
 */
function countWork(run: () => void): number {
  let work = 0;
  const restore: (() => void)[] = [];
  const wrap = (prototype: object, names: readonly string[], cost: (self: unknown, first: unknown) => number): void => {
    for (const name of names) {
      const owner = prototype as Record<string, (...values: unknown[]) => unknown>;
      const original = owner[name]!;
      owner[name] = function counted(this: unknown, ...values: unknown[]) {
        work += cost(this, values[0]);
        return Reflect.apply(original, this, values);
      };
      restore.push(() => { owner[name] = original; });
    }
  };
  wrap(Array.prototype, ['find', 'filter', 'map', 'some', 'every', 'includes', 'flatMap', 'indexOf', 'findIndex', 'forEach', 'slice', 'join'], (self) => (self as unknown[]).length);
  wrap(String.prototype, ['split', 'trim', 'toLowerCase', 'toUpperCase', 'slice', 'indexOf', 'includes'], (self) => String(self).length);
  wrap(String.prototype, ['startsWith', 'endsWith'], () => 1);
  // Splitting by an expression calls exec once a character: one look each.
  wrap(RegExp.prototype, ['exec'], () => 1);
  wrap(RegExp.prototype, ['test'], (_self, text) => String(text).length);
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return work;
}

const negotiate = (text: string): void => {
  for (const plan of [planViewer, planPublisher]) {
    try {
      writeAnswer(plan(text), RESULT, 1);
    } catch (error) {
      if (!(error instanceof AppError) || !['HUB_BAD_SDP', 'HUB_NOT_ACCEPTABLE'].includes(error.code)) throw error;
    }
  }
};

/** Each character may be looked at so often, by both plans and the answer. */
const LOOKS = 60;
const FREE = 20_000;

describe('SDP: work grows with the size of the offer, and not faster', () => {
  const line = fc.oneof(
    fc.tuple(fc.nat(130), fc.constantFrom('H264/90000', 'VP8/90000', 'rtx/90000', 'x')).map(([type, encoding]) => `a=rtpmap:${type} ${encoding}`),
    fc.nat(130).map((type) => `a=fmtp:${type} packetization-mode=1;profile-level-id=640032`),
    fc.nat(130).map((type) => `a=rtcp-fb:${type} nack`), fc.constant('a=rtcp-fb:* nack'), fc.constant(FINGERPRINT.replace(':AB', ':A')),
    fc.nat(20).map((id) => `a=extmap:${id} urn:x`), fc.constant('a=group:BUNDLE 0 1 2 3 4 5 6 7'), fc.constant('a=mid:0'), fc.string(),
  );
  const section = fc.tuple(fc.nat(40), fc.array(fc.nat(130), { minLength: 1, maxLength: 130 }), fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }))
    .map(([mid, formats, lines, times]) => [`m=video 9 UDP/TLS/RTP/SAVPF ${formats.join(' ')}`, `a=mid:${mid}`, 'a=rtcp-mux', ...Array.from({ length: times }, () => lines).flat()]);

  it('for random offers of up to the greatest size', () => {
    fc.assert(fc.property(fc.array(section, { minLength: 1, maxLength: 40 }), (sections) => {
      const text = [...HEAD, ...sections.flat()].join('\r\n').slice(0, MAX_SDP_BYTES);
      const work = countWork(() => negotiate(text));
      assert.ok(work <= FREE + LOOKS * text.length, `${work} looks for ${text.length} characters`);
    }), { numRuns: 150 });
  });

  const hostile: readonly (readonly [string, string])[] = [
    ['one payload type described over and over', `m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=rtcp-mux\r\n${'a=rtpmap:96 H264/90000\r\n'.repeat(2600)}a=fmtp:96 packetization-mode=1;profile-level-id=640032`],
    ['many formats with feedback for all', `m=video 9 UDP/TLS/RTP/SAVPF ${Array.from({ length: 128 }, (_, index) => index).join(' ')}\r\na=mid:0\r\na=rtcp-mux\r\n${Array.from({ length: 128 }, (_, index) => `a=rtpmap:${index} H264/90000\r\n`).join('')}${'a=rtcp-fb:* nack\r\n'.repeat(700)}`],
    ['bundles that name everything', `${'a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9\r\n'.repeat(900)}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0`],
    ['a media line of blanks', `m=video 9 UDP/TLS/RTP/SAVPF${' '.repeat(60_000)}96`],
    ['a fingerprint of thousands of pairs', `m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=fingerprint:sha-256 ${'AB:'.repeat(20_000)}AB`],
  ];
  for (const [name, text] of hostile) {
    it(`for ${name}`, () => {
      const offer = `${HEAD.join('\r\n')}\r\n${text}`.slice(0, MAX_SDP_BYTES);
      const work = countWork(() => negotiate(offer));
      assert.ok(work <= FREE + LOOKS * offer.length, `${work} looks for ${offer.length} characters`);
    });
  }

  it('reads any ICE fragment, or refuses it with its own words', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom('a=ice-ufrag:abcd', 'a=candidate:1 1 UDP 1 192.0.2.1 9 typ host', 'm=video 9 RTP/AVP 0', 'a=end-of-candidates', 'hello'), { maxLength: 1200 }).map((lines) => lines.join('\r\n'))), (text) => {
      const work = countWork(() => {
        try {
          readFragment(text);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'HUB_BAD_REQUEST') throw error;
        }
      });
      assert.ok(work <= FREE + LOOKS * text.length);
    }));
    assert.throws(() => readFragment('hello world'), { code: 'HUB_BAD_REQUEST' });
    assert.throws(() => readFragment('a=candidate:nonsense'), { code: 'HUB_BAD_REQUEST' });
    assert.deepEqual(readFragment('a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=video 9 RTP/AVP 0\r\na=mid:0\r\na=end-of-candidates\r\n'), { iceUfrag: 'abcd' });
  });
});
