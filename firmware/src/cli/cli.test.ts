import assert from 'node:assert/strict';
import { AppError, SIGNAL_STATES, type BoxStatus, type LinkList } from '@scanlink/protocol';
import { parseInvocation } from './arguments.ts';
import { formatDuration, renderResult } from './render.ts';
import { renderTable, widthOf } from './table.ts';
import { chooseLanguage, helpText } from './texts.ts';

const NOW = 1_700_000_000_000;
const status: BoxStatus = {
  boxId: 'box-1', room: '导管室 2', version: '0.1.0', startedMs: NOW - 65_000, exam: { examId: 'e', openedMs: 1 },
  session: {
    sessionId: '00000000-0000-4000-8000-000000000001', examId: 'e', code: 'K7QM', input: 'main', state: 'reconnecting', sinceMs: NOW - 3000, startedMs: NOW - 60_000, lastFrameMs: NOW - 3000,
    gaps: [{ startMs: NOW - 3000, endMs: null, reason: 'network-lost' }], gapCount: 1, gapMs: 0, error: { code: 'STR_PATH_LOST', message: 'Media path lost', messageZh: '媒体通路中断' },
  },
  media: { connected: true, pid: 7, restarts: 1 }, hub: { connected: false, sinceMs: NOW - 4000, host: 'hub.example', relayEpoch: null, clockOffsetMs: null },
  inputs: SIGNAL_STATES.map((signal, index) => ({
    name: `in-${index}`, device: '画面模拟器', driver: 'sim', simulated: true, signal, signalSinceMs: NOW - 1000, timing: signal === 'locked' ? '1280x720p30' : null, pixelFormat: null,
    activity: signal === 'locked' ? 'unchanged' : 'idle', activitySinceMs: NOW - 61_000, black: false, capturedFps: 30, framesCaptured: 1, framesDropped: { late: 2, malformed: 1 },
  })),
  publisher: null,
};

describe('command line', () => {
  const table: [line: string, method: string, params: object][] = [
    ['status --json', 'status', {}], ['devices', 'devices', {}], ['input restart', 'input.restart', {}], ['input restart side', 'input.restart', { input: 'side' }], ['input restart --input side', 'input.restart', { input: 'side' }], ['still --input main', 'still', { input: 'main' }], ['session start --input side', 'session.start', { input: 'side' }],
    ['session stop', 'session.stop', {}], ['session resume', 'session.resume', {}], ['session end', 'session.end', {}], ['session link', 'session.link', {}], ['session links', 'session.links', {}], ['session links revoke a1', 'session.revoke-links', { linkId: 'a1' }], ['session links revoke all', 'session.revoke-links', {}],
    ['sim unplug', 'sim', { command: 'unplug' }], ['sim out-of-range --input a', 'sim', { command: 'out-of-range', input: 'a' }], ['sim timing 720p60', 'sim', { command: 'timing', timing: '1280x720p60' }],
  ];
  for (const [line, method, params] of table) it(line, () => assert.deepEqual(parseInvocation(line.split(' ')).command, { method, params }));

  const wrong: [line: string, code: string][] = [
    ['stats', 'CFG_USAGE'], ['input', 'CFG_USAGE'], ['input close', 'CFG_USAGE'], ['input restart a b', 'CFG_USAGE'], ['status now', 'CFG_USAGE'], ['session', 'CFG_USAGE'], ['session pause', 'CFG_USAGE'], ['session links revoke', 'CFG_USAGE'], ['session links drop a', 'CFG_USAGE'], ['session links revoke a b', 'CFG_USAGE'], ['sim', 'CFG_USAGE'], ['sim timing', 'CFG_USAGE'], ['sim hold now', 'CFG_USAGE'],
    ['sim timing 1x1p1', 'CFG_UNKNOWN_TIMING'], ['status --jsn', 'CFG_USAGE'], ['status --lang fr', 'CFG_USAGE'], ['sim timing 720p30 a b', 'CFG_USAGE'],
  ];
  for (const [line, code] of wrong) it(`refuses: ${line}`, () => assert.throws(() => parseInvocation(line.split(' ')), (thrown) => thrown instanceof AppError && thrown.code === code));

  it('speaks the language of --lang, otherwise of the environment', () => {
    assert.equal(chooseLanguage('fr', { LANG: 'zh_CN.UTF-8' }), 'zh');
    assert.equal(chooseLanguage('zh', { LANG: 'en_US.UTF-8' }), 'zh');
    assert.equal(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8' }), 'zh');
    assert.equal(chooseLanguage(undefined, { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }), 'en');
    assert.equal(chooseLanguage(undefined, {}), 'en');
    for (const line of ['help', '--help', '']) assert.equal(parseInvocation(line === '' ? [] : [line]).command, null);
    for (const code of ['0', '1', '2', '3', '4']) for (const language of ['zh', 'en'] as const) assert.match(helpText(language), new RegExp(`[^\\d]${code} `));
  });

  it('shows a status in both languages with columns that line up', () => {
    for (const [language, expected] of [['en', ['reconnecting', 'No cable', 'unchanged (signal live) 1:01', 'network lost', 'still lasting', 'Media path lost', 'K7QM']], ['zh', ['正在重新连接', '未连接视频线', '画面未变化（信号正常） 1:01', '网络中断', '持续中', '媒体通路中断', 'K7QM']]] as const) {
      const text = renderResult('status', status, language, NOW);
      for (const each of expected) assert.ok(text.includes(each), `${each} in\n${text}`);
      const rows = text.split('\n').filter((line) => line.startsWith('in-'));
      assert.equal(rows.length, SIGNAL_STATES.length);
      const [first] = status.inputs;
      const told = renderResult('status', { ...status, inputs: [{ ...first!, colourApproximate: true, deinterlaced: true }] }, language, NOW);
      assert.ok(told.includes(language === 'zh' ? '已去隔行, 颜色为近似显示' : 'deinterlaced, colours approximate') && !text.includes('approximate') && !text.includes('近似'), told);
      assert.equal(new Set(rows.map((row) => widthOf(row.slice(0, row.lastIndexOf('画面模拟器'))))).size, 1);
    }
  });

  it('says what is wrong with store and configuration, how much was lost, and what a suspended session waits for', () => {
    const error = (code: string) => ({ code, message: 'words', messageZh: '文字' });
    const suspended = { ...status.session!, state: 'suspended' as const, gapCount: 41, gapMs: 62_000 };
    const shown = { ...status, session: suspended, storeError: error('STO_FULL'), configWarning: error('CFG_NEWER') };
    const english = renderResult('status', shown, 'en', NOW);
    for (const each of [/^store +STO_FULL: words$/m, /^configuration +CFG_NEWER: words$/m, /gaps: 41, 1:02 in all/, /session resume goes on, \.\/scanlink session stop ends it$/m]) assert.match(english, each);
    const chinese = renderResult('status', shown, 'zh', NOW);
    for (const each of [/^存储 +STO_FULL: 文字$/m, /^配置 +CFG_NEWER: 文字$/m, /中断记录：41 次，共 1:02/, /会诊 +已暂停, .*\n +未发送画面，等待现场人员决定/]) assert.match(chinese, each);
    assert.ok(!renderResult('status', status, 'en', NOW).includes('session resume'), 'only while it waits');
  });

  it('says what was dropped and why, no stream before a picture, and no minus nothing', () => {
    const publisher = { widthPx: 0, heightPx: 0, sentFps: 0, bitrateKbps: 0, targetKbps: 3968, lossFraction: 0, rttMs: null } as BoxStatus['publisher'];
    const text = renderResult('status', { ...status, publisher, hub: { ...status.hub, clockOffsetMs: -0.2 } }, 'en', NOW);
    assert.match(text, /late 2, malformed 1 \/ 1/);
    assert.match(text, /stream +no picture sent yet/);
    assert.match(text, /clock offset 0 ms/);
    assert.equal(renderResult('session.stop', { ...status.session!, state: 'idle' }, 'zh', NOW), '会诊已结束');
  });

  it('lists viewing links, those that still open something first', () => {
    const link = (linkId: string, change: object): LinkList['links'][number] => ({ linkId, createdMs: NOW - 60_000, expiresMs: NOW + 1, revokedMs: null, viewers: 0, ...change });
    const rows = renderResult('session.links', { links: [link('gone', { revokedMs: NOW }), link('old', { expiresMs: NOW }), link('good', { viewers: 2 })] }, 'zh', NOW).split('\n');
    assert.deepEqual(rows.map((row) => row.split(/  +/).slice(0, 2).join(' ')), ['编号 状态', 'good 有效', 'gone 已撤销', 'old 已过期']);
    assert.match(rows[1]!, / 2$/);
    assert.equal(renderResult('session.links', { links: [] }, 'en', NOW), 'no viewing links');
  });

  it('says how many gaps there were in all, and why frames were dropped, in the reader\'s language', () => {
    const text = renderResult('status', { ...status, session: { ...status.session!, gapCount: 31, gapMs: 65_000 } }, 'zh', NOW);
    assert.match(text, /中断记录：31 次，共 1:05；以下为最近 1 次/);
    assert.match(text, /过迟 2, 异常 1 \/ 1/);
  });

  it('pads by columns, and lets nothing drive the terminal', () => {
    assert.equal(renderTable([['图像', 'a'], ['x', 'b']]), '图像  a\nx     b');
    assert.ok(!renderTable([['\u001b[31mred', 'x']]).includes('\u001b'));
  });

  it('formats durations', () => assert.deepEqual([0, 61_000, 3_723_000, -5].map(formatDuration), ['0:00', '1:01', '1:02:03', '0:00']));
});
