import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { parseRunArguments } from './arguments.ts';

const codeOf = (argv: string[]): string => {
  try {
    parseRunArguments(argv, '/base');
  } catch (error) {
    return error instanceof AppError ? error.code : 'other';
  }
  return 'none';
};

describe('run arguments', () => {
  it('has defaults', () => {
    assert.deepEqual(parseRunArguments([], '/base'), {
      source: 'phantom', device: null, timing: '1280x720p30', bitrateKbps: null, port: 8080, dataDir: '/base/.data', seconds: null, check: false, json: false,
    });
  });
  it('takes a short timing name and paths from the caller’s folder', () => {
    const parsed = parseRunArguments(['--timing', '1080p60', '--source', '.', '--data', 'x'], '/tmp');
    assert.equal(parsed.timing, '1920x1080p60');
    assert.equal(parsed.source, '/tmp');
    assert.equal(parsed.dataDir, '/tmp/x');
  });
  for (const [source, device] of [['v4l2', {}], ['v4l2:', {}], ['v4l2:HD Capture', { card: 'HD Capture' }], ['v4l2:driver=uvcvideo,serial=A1', { driver: 'uvcvideo', serial: 'A1' }]] as const)
    it(`--source ${source} is a device of this machine`, () => assert.deepEqual(parseRunArguments(['--source', source], '/base').device, device));
  for (const [argv, code] of [
    [['--source', 'v4l2:path=/dev/video0'], 'CFG_USAGE'], [['--source', 'v4l2:driver='], 'CFG_USAGE'],
    [['--timing', '1x1p1'], 'CFG_UNKNOWN_TIMING'], [['--port', '99999'], 'CFG_USAGE'], [['--port', '8e1'], 'CFG_USAGE'],
    [['--nonsense'], 'CFG_USAGE'], [['word'], 'CFG_USAGE'], [['--source', 'no/such/file'], 'DEV_SOURCE_UNREADABLE'], [['--seconds', '0'], 'CFG_USAGE'],
  ] as [string[], string][]) {
    it(`refuses ${argv.join(' ')} with ${code}`, () => assert.equal(codeOf(argv), code));
  }
});
