import assert from 'node:assert/strict';
import { findConsole, listConsoles, type ConsoleProfile } from '@scanlink/board';
import { AppError, type InputConfig } from '@scanlink/protocol';
import { parseConfig } from './config.ts';
import { useProfiles } from './use-profiles.ts';

const raw = (input: object): object => ({ boxId: 'box-1', hubUrl: 'https://hub.example', inputs: [{ name: 'main', driver: 'sim', ...input }] });
const refusal = (input: object): AppError => {
  try {
    parseConfig(useProfiles(raw(input), findConsole), '/box');
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error;
  }
  return assert.fail('accepted');
};

describe('crop by a console profile', () => {
  for (const name of listConsoles()) it(`profile:${name} is taken`, () => {
    const [input] = parseConfig(useProfiles(raw({ crop: `profile:${name}` }), findConsole), '/box').inputs;
    const { crop, masks, drawnFor } = findConsole(name);
    assert.deepEqual([input?.crop ?? null, input?.masks ?? [], input?.drawnFor ?? []], [crop, masks, drawnFor]);
  });
  it('of a real device colour and fingerprints come with it; what the file says holds', () => {
    const grid = '10'.repeat(64);
    const find = (name: string): ConsoleProfile => ({ ...findConsole(name), noSignal: [{ of: 'a grabber', grid, tolerance: 4 }] });
    const inputOf = (input: object): InputConfig => parseConfig(useProfiles(raw({ driver: 'v4l2', crop: 'profile:generic-720x576i', ...input }), find), '/box').inputs[0]!;
    assert.deepEqual(inputOf({}), { name: 'main', driver: 'v4l2', colour: { matrix: 'bt601', range: 'limited' }, noSignal: [{ grid, tolerance: 4 }] });
    assert.deepEqual(inputOf({ colour: { range: 'full' } }), { name: 'main', driver: 'v4l2', colour: { range: 'full' }, noSignal: [{ grid, tolerance: 4 }] });
    assert.deepEqual(parseConfig(useProfiles(raw({ driver: 'v4l2', crop: 'profile:generic-1280x1024' }), findConsole), '/box').inputs, [{ name: 'main', driver: 'v4l2' }]);
  });
  it('profile brings colour, and hides nothing: crop does', () => {
    const inputOf = (input: object): InputConfig => parseConfig(useProfiles(raw({ driver: 'v4l2', ...input }), findConsole), '/box').inputs[0]!;
    assert.deepEqual(inputOf({ profile: 'ge-ct-1280x1024' }), { name: 'main', driver: 'v4l2', profile: 'ge-ct-1280x1024', colour: { range: 'full' } });
    const own = { crop: { x: 0, y: 0, widthPx: 64, heightPx: 64 }, drawnFor: ['1280x1024p'] };
    assert.deepEqual(inputOf({ profile: 'ge-ct-1280x1024', ...own }), { name: 'main', driver: 'v4l2', profile: 'ge-ct-1280x1024', colour: { range: 'full' }, ...own });
    assert.throws(() => inputOf({ profile: 'none-such' }), { code: 'CFG_CONSOLE_UNKNOWN' });
    assert.throws(() => inputOf({ profile: '../x' }), { code: 'CFG_INVALID' });
  });
  it('a rectangle stays', () => {
    const input = { crop: { x: 0, y: 0, widthPx: 320, heightPx: 240 }, drawnFor: ['640x480p'] };
    assert.deepEqual(useProfiles(raw(input), findConsole), raw(input));
    for (const odd of [null, [], { inputs: 3 }, { inputs: [null, 3] }]) assert.deepEqual(useProfiles(odd, findConsole), odd);
  });
  it('is left out for a reader that shows no picture, who needs no profiles', () => assert.deepEqual(useProfiles(raw({ crop: 'profile:none-such' }), null), raw({})));
  const refused: readonly (readonly [object, string, string, RegExp])[] = [
    [{ crop: 'profile:none-such' }, 'CFG_CONSOLE_UNKNOWN', 'There is no console profile "none-such"; there are: ge-ct-1280x1024', /没有影像设备配置“none-such”/],
    [{ crop: 'ge-logiq-700' }, 'CFG_INVALID', '"inputs[0].crop" is not valid: must be a rectangle, or profile:NAME', /须为矩形/],
    [{ crop: 'profile:../x' }, 'CFG_INVALID', '"inputs[0].crop" is not valid: must be a rectangle', /须为矩形/],
    [{ crop: 'profile:ge-logiq-700', masks: [] }, 'CFG_INVALID', '"inputs[0].masks" is not valid: comes from the profile', /由 `crop` 所指定的配置给出/],
    [{ crop: 'profile:ge-logiq-700', drawnFor: ['1280x720p'] }, 'CFG_INVALID', '"inputs[0].drawnFor" is not valid: comes from the profile', /由 `crop` 所指定的配置给出/],
  ];
  for (const [input, code, en, zh] of refused) it(JSON.stringify(input), () => {
    const { message, messageZh } = refusal(input).toBody();
    assert.equal(refusal(input).code, code);
    assert.ok(message.includes(en), message);
    assert.match(messageZh, zh);
  });
  it('a firmware that does not know it refuses it: nothing is shown that was hidden', () => {
    assert.throws(() => parseConfig({ version: 99, ...raw({ crop: 'profile:ge-logiq-700' }) }, '/box'), { code: 'CFG_INVALID' });
  });
});
