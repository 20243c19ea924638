import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, CONTROL_CHANNELS, HUB_FEATURES, SPOKEN_VERSIONS } from '@scanlink/protocol';

/**
 * node scripts/keep-messages.ts: keeps the messages of this release between box and hub in tests/fixtures/protocol/VERSION,
 * before it is given out. What was kept is never written again (docs/decisions/0014-a-version-apart.md).
 */
const rootDir = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(rootDir, 'protocol/package.json'), 'utf8')) as { version: string };
const dir = join(rootDir, 'tests/fixtures/protocol', version);

const sessionId = '00000000-0000-4000-8000-000000000001';
const input = {
  name: 'main', device: 'phantom', driver: 'sim', simulated: true, signal: 'locked', signalSinceMs: 1_795_000_000_000, timing: '1280x720p30', pixelFormat: 'YUYV',
  activity: 'unchanged', activitySinceMs: 1_795_000_001_000, black: false, capturedFps: 30, framesCaptured: 900, framesDropped: { late: 2 },
};
const publisher = {
  sessionId, state: 'live', location: null, lostReason: 'network-lost', lastFrameMs: 1_795_000_002_000, widthPx: 1280, heightPx: 720, sentFps: 30, bitrateKbps: 4000, targetKbps: 4000,
  lossFraction: 0.01, rttMs: 1.5, keyFrames: 1, framesSent: 900, framesDropped: { 'no-path': 1 }, encodeMsP50: 3.5, profileLevelId: '42e01f',
  error: { code: 'STR_PATH_LOST', message: 'Media path lost', messageZh: '媒体通路中断' },
};
const { code, message, messageZh } = new AppError('HUB_VERSION', { found: 9, known: 1 }).toBody();
const trouble = new AppError('STO_SET_ASIDE').toBody();

/** border -> name -> message. */
const messages: Record<string, Record<string, unknown>> = {
  'box-to-hub': {
    hello: { ch: 'hello', v: SPOKEN_VERSIONS.newest, oldestV: SPOKEN_VERSIONS.oldest, firmwareVersion: version, channels: Object.keys(CONTROL_CHANNELS) },
    'state-idle': { ch: 'state', seq: 1, sessions: [], clockOffsetMs: null },
    state: { ch: 'state', seq: 2, sessions: [{ sessionId, sessionState: 'live', input, publisher }], clockOffsetMs: -3.5 },
    'state-store-error': { ch: 'state', seq: 3, sessions: [], clockOffsetMs: null, storeError: { code: trouble.code, message: trouble.message, messageZh: trouble.messageZh } },
    ping: { ch: 'clock', op: 'ping', id: 7, atMs: 12.5 },
  },
  'hub-to-box': {
    welcome: { ch: 'welcome', v: SPOKEN_VERSIONS.newest, hubVersion: version, features: [...HUB_FEATURES], relayEpoch: 'epoch', channels: Object.keys(CONTROL_CHANNELS) },
    refused: { ch: 'refused', code, message, messageZh, retryable: false },
    pong: { ch: 'clock', op: 'pong', id: 7, atMs: 12.5, hubUnixMs: 1_795_000_000_000 },
    'relay-down': { ch: 'relay', epoch: null },
    viewers: { ch: 'viewers', sessions: [{ sessionId, viewers: 2 }] },
  },
  'clock-to-relay': {
    ping: { t: 'ping', id: 7, atMs: 12.5 },
    anchor: { t: 'anchor', captureMs: 5.5, rtp: 90_000, uncertaintyMs: 0.4, source: 'monotonic-soe' },
  },
  'clock-from-relay': {
    pong: { t: 'pong', id: 7, atMs: 12.5, relayMs: 99.5, epoch: 'epoch' },
    anchor: { t: 'anchor', captureMs: 5.5, rtp: 90_000, uncertaintyMs: 0.4, source: 'monotonic-soe' },
    uplink: { t: 'uplink', lossFraction: 0.01, delayGrowthMs: 2, receivedKbps: 4000 },
    flow: { t: 'flow', publisher: true, flowing: true, sinceRelayMs: 12, epoch: 'epoch' },
    skipping: { t: 'skipping', on: true },
  },
  rest: {
    'session-put': { code: 'K7WX', input: 'main', simulated: true, startedMs: 1_795_000_000_000 },
    'session-put-result': { sessionId, whipPath: `/whip/${sessionId}` },
    error: new AppError('HUB_SECOND_PUBLISHER').toBody(),
  },
};

if (existsSync(dir)) {
  process.stderr.write(`${dir} is kept already; a changed message needs a new version of protocol/\n`);
  process.exitCode = 1;
} else {
  mkdirSync(dir, { recursive: true });
  for (const [border, kept] of Object.entries(messages)) writeFileSync(join(dir, `${border}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
