import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { AppError } from '@scanlink/protocol';
import { describeNewer, parseConfig } from './config.ts';
import { renderConfigDoc } from './render-doc.ts';
import { editDistance } from '@scanlink/protocol/lib/schema/walk';

const minimal = { boxId: 'box-1', hubUrl: 'https://hub.example:8080/', inputs: [{ name: 'main', driver: 'sim' }] };
const refusal = (raw: unknown): { code: string; context: Record<string, unknown> } => {
  let refused: unknown = null;
  try {
    parseConfig(raw, '/box');
  } catch (thrown) {
    refused = thrown;
  }
  assert.ok(refused instanceof AppError, `accepted, or another error: ${String(refused)}`);
  return refused;
};

describe('box configuration', () => {
  it('fills in every default and makes paths absolute', () => {
    const config = parseConfig(minimal, '/box');
    assert.deepEqual(config.bitrateKbps, { start: 4000, min: 300, max: 8000 });
    assert.deepEqual([config.tokenFile, config.dataDir, config.runDir], ['/box/hub.token', '/box', '/box/run']);
    assert.deepEqual([config.defaultInput, config.hubUrl, config.playoutDelayZero], ['main', 'https://hub.example:8080', true]);
  });

  it('fills in what is absent of a nested object', () => {
    assert.deepEqual(parseConfig({ ...minimal, bitrateKbps: { max: 5000 } }, '/box').bitrateKbps, { start: 4000, min: 300, max: 5000 });
  });

  const addresses: [hubUrl: string, taken: boolean][] = [
    ['https://hub.example', true], ['http://127.0.0.1:8080', true], ['http://127.9.9.9', true], ['http://[::1]:1', true], ['http://localhost:1', true],
    ['http://hub.example', false], ['http://10.0.0.1', false], ['http://127.0.0.1.example', false], ['http://localhost.example', false], ['http://127.0.0.1@hub.example', false],
  ];
  for (const [hubUrl, taken] of addresses) {
    it(`${taken ? 'takes' : 'refuses'} ${hubUrl}`, () => {
      if (taken) parseConfig({ ...minimal, hubUrl }, '/box');
      else assert.equal(refusal({ ...minimal, hubUrl }).code, 'CFG_INSECURE_HUB');
      parseConfig({ ...minimal, hubUrl, allowInsecureHub: true }, '/box');
    });
  }

  it('takes a WHIP server that is not our hub, by the same rule', () => {
    const whip = { url: 'https://whip.example/room', tokenFile: 'whip.token' };
    assert.deepEqual(parseConfig({ ...minimal, whip }, '/box').whip, { ...whip, tokenFile: '/box/whip.token', clockChannel: false });
    assert.equal(refusal({ ...minimal, whip: { url: 'http://whip.example/room' } }).context['key'], 'whip.url');
    assert.equal(refusal({ ...minimal, whip: { url: 'https://whip.example', tokn: 'x' } }).code, 'CFG_UNKNOWN_KEY');
  });

  const unknown: [key: string, raw: unknown, nearest: string][] = [
    ['hubURL', { ...minimal, hubURL: 'x' }, 'hubUrl'],
    ['bitrate', { ...minimal, bitrate: 1 }, 'bitrateKbps'],
    ['bitrateKbps.maximum', { ...minimal, bitrateKbps: { maximum: 1 } }, 'bitrateKbps.max'],
    ['inputs[0].timecode', { ...minimal, inputs: [{ name: 'main', driver: 'sim', timecode: true }] }, 'inputs[0].timeCode'],
    ['inputs[0].crop.widhtPx', { ...minimal, inputs: [{ name: 'main', driver: 'sim', crop: { widhtPx: 1 } }] }, 'inputs[0].crop.widthPx'],
    ['inputs[0].source', { ...minimal, inputs: [{ name: 'main', driver: 'v4l2', source: 'phantom' }] }, 'inputs[0].name'],
    ['inputs[0].match.buss', { ...minimal, inputs: [{ name: 'main', driver: 'v4l2', match: { buss: 'usb-1' } }] }, 'inputs[0].match.bus'],
    ['inputs[0].color', { ...minimal, inputs: [{ name: 'main', driver: 'v4l2', color: {} }] }, 'inputs[0].colour'],
    ['__proto__', JSON.parse('{"__proto__": 1}'), 'profile'],
  ];
  for (const [key, raw, nearest] of unknown) {
    it(`refuses ${key} and names ${nearest}`, () => {
      const { code, context } = refusal(raw);
      assert.equal(code, 'CFG_UNKNOWN_KEY');
      assert.equal(context['key'], key);
      if (key !== '__proto__') assert.equal(context['nearest'], nearest);
    });
  }

  it("leaves out what only a newer firmware's file knows, at every depth, and names it", () => {
    const raw = { ...minimal, version: 2, colour: 'blue', bitrateKbps: { max: 5000, burst: 9 }, inputs: [{ ...minimal.inputs[0], polygons: [1] }], whip: { url: 'https://whip.example', later: {} } };
    const config = parseConfig(raw, '/box');
    assert.deepEqual(config.newer, { version: 2, ignoredKeys: ['inputs[0].polygons', 'colour', 'bitrateKbps.burst', 'whip.later'] });
    assert.deepEqual([config.bitrateKbps, config.inputs, 'colour' in config], [{ start: 4000, min: 300, max: 5000 }, minimal.inputs, false]);
    assert.match(describeNewer(config)!.message, /version 2, this one knows 1.*inputs\[0\]\.polygons/);
    assert.equal(raw.colour, 'blue', 'what was given stays');
  });

  it('a file without a version, or of ours, is read strictly; so are values of a newer one', () => {
    for (const version of [undefined, 1]) assert.deepEqual([parseConfig({ ...minimal, version }, '/box').newer, describeNewer(parseConfig({ ...minimal, version }, '/box'))], [null, null]);
    assert.equal(refusal({ ...minimal, version: 1, colour: 'blue' }).code, 'CFG_UNKNOWN_KEY');
    for (const version of [0, -1, 1.5, '2', null]) assert.equal(refusal({ ...minimal, version }).context['key'], 'version', String(version));
    assert.equal(refusal({ ...minimal, version: 9, inputs: [{ name: 'main', driver: 'magic' }] }).context['key'], 'inputs[0].driver');
    assert.deepEqual(parseConfig({ ...minimal, version: 9 }, '/box').newer, { version: 9, ignoredKeys: [] });
  });

  const wrong: [what: string, raw: unknown, key: string][] = [
    ['a missing key', { ...minimal, hubUrl: undefined }, 'hubUrl'],
    ['a wrong type', { ...minimal, stripHostCandidates: 'yes' }, 'stripHostCandidates'],
    ['a value out of range', { ...minimal, bitrateKbps: { max: 1e9 } }, 'bitrateKbps.max'],
    ['an unknown driver', { ...minimal, inputs: [{ name: 'main', driver: 'magic' }] }, 'inputs[0].driver'],
    ['a wrong value of the driver that is meant', { ...minimal, inputs: [{ name: 'main', driver: 'sim', timeCode: 'yes' }] }, 'inputs[0].timeCode'],
    ['a match that matches all', { ...minimal, inputs: [{ name: 'main', driver: 'v4l2', match: {} }] }, 'inputs[0].match'],
    ['a colour that nobody knows', { ...minimal, inputs: [{ name: 'main', driver: 'v4l2', colour: { matrix: 'bt470' } }] }, 'inputs[0].colour.matrix'],
    ['an input without a driver', { ...minimal, inputs: [{ name: 'main' }] }, 'inputs[0].driver'],
    ['no inputs', { ...minimal, inputs: [] }, 'inputs'],
    ['two inputs of a name', { ...minimal, inputs: [minimal.inputs[0], minimal.inputs[0]] }, 'inputs'],
    ['a default input that is none', { ...minimal, defaultInput: 'other' }, 'defaultInput'],
    ['a crop that does not say for which format', { ...minimal, inputs: [{ name: 'main', driver: 'sim', crop: { x: 0, y: 0, widthPx: 640, heightPx: 480 } }] }, 'inputs[0].drawnFor'],
    ['masks that do not say for which format', { ...minimal, inputs: [{ name: 'main', driver: 'sim', masks: [{ x: 0, y: 0, widthPx: 64, heightPx: 48 }] }] }, 'inputs[0].drawnFor'],
    ['a format of other words', { ...minimal, inputs: [{ name: 'main', driver: 'sim', drawnFor: ['1280x720p30'] }] }, 'inputs[0].drawnFor[0]'],
    ['bounds the wrong way round', { ...minimal, bitrateKbps: { min: 9000 } }, 'bitrateKbps'],
  ];
  for (const [what, raw, key] of wrong) {
    it(`refuses ${what} and says where`, () => {
      const { code, context } = refusal(raw);
      assert.equal(code, 'CFG_INVALID');
      assert.equal(context['key'], key);
    });
  }

  it('answers anything that JSON can hold with a configuration or one of its own errors', () => {
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.record({ boxId: fc.jsonValue(), inputs: fc.jsonValue(), hubUrl: fc.jsonValue() }, { requiredKeys: [] })), (raw) => {
      assert.match(refusal(raw).code, /^CFG_(INVALID|UNKNOWN_KEY)$/);
    }), { numRuns: 200 });
  });

  it('an input is of one driver, with that driver’s keys', () => {
    const real = { name: 'main', driver: 'v4l2', match: { driver: 'tc358743' }, input: 'hdmi', edid: '1080p', colour: { range: 'full' }, profile: 'generic-1280x720', drawnFor: ['1280x720p'], crop: { x: 0, y: 0, widthPx: 640, heightPx: 480 } };
    assert.deepEqual(parseConfig({ ...minimal, inputs: [real] }, '/box').inputs, [real]);
    assert.equal(parseConfig({ ...minimal, inputs: [{ name: 'main', driver: 'v4l2', input: 2 }] }, '/box').inputs.length, 1);
  });

  it('measures edits', () => {
    assert.deepEqual([editDistance('', 'abc'), editDistance('kitten', 'sitting'), editDistance('widht', 'width')], [3, 3, 1]);
  });

  it('is what docs/CONFIG.md says (node scripts/render-docs.ts)', () => {
    assert.equal(readFileSync(new URL('../../../docs/CONFIG.md', import.meta.url), 'utf8'), renderConfigDoc());
  });
});
