// Composition root of `npm run bench -- latency`: ours beside FFmpeg and LiveKit, in one run, with interleaved rounds.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../measure/browser.ts';
import { say } from '../../../scripts/lib/table.ts';
import { describeConditions } from './conditions.ts';
import { describeMachine } from './machine.ts';
import { MEASURE, type Bench } from './paths.ts';
import { LEAST_ROUNDS } from './interval.ts';
import { measureMoments } from './moments.ts';
import { startLiveKit } from './peers/livekit.ts';
import { servePeerPages } from './peers/peer-pages.ts';
import { recordPhantom } from './pictures.ts';
import { recordLatency, renderLatency } from './report.ts';
import { PATHS, PATH_TITLES, summarizeSamples, type PathName, type Sample } from './sample.ts';
import { BenchSystem } from './system.ts';

const tell = (text: string): void => { process.stderr.write(`${text}\n`); };
const rootDir = join(import.meta.dirname, '../../..');
const peersDir = join(rootDir, 'bench/peers');

interface Options { readonly rounds: number; readonly seconds: number; readonly returns: number; readonly record: boolean; readonly paths: readonly PathName[] }

function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv], strict: true,
    options: { rounds: { type: 'string', default: String(LEAST_ROUNDS) }, seconds: { type: 'string', default: '10' }, returns: { type: 'string', default: '3' }, 'no-record': { type: 'boolean', default: false }, paths: { type: 'string' } },
  });
  const whole = (name: string, text: string, least = 1) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > 600) throw new Error(`--${name} takes a whole number from ${least} to 600`);
    return value;
  };
  const names = values.paths?.split(',') ?? [...PATHS];
  const paths = PATHS.filter((path) => names.includes(path));
  if (paths.length !== names.length) throw new Error(`--paths takes some of ${PATHS.join(',')}`);
  return { rounds: whole('rounds', values.rounds), seconds: whole('seconds', values.seconds), returns: whole('returns', values.returns, 0), record: !values['no-record'], paths };
}

async function measureRounds(bench: Bench, options: Options): Promise<Sample[][]> {
  const rounds: Sample[][] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const samples: Sample[] = [];
    for (const path of options.paths) {
      const sample = await MEASURE[path](bench, options.seconds);
      samples.push(sample);
      tell(`round ${round}/${options.rounds}  ${PATH_TITLES[path]}: p50 ${say(sample.p50)} p95 ${say(sample.p95, 'ms')}, encode ${say(sample.encodeMsP50, 'ms')}, ${sample.frames} frames, ${sample.discarded} discarded (clock ±${say(sample.clockUncertaintyMs, 'ms', 2)})`);
    }
    rounds.push(samples);
  }
  return rounds;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const livekitBinary = process.env['LIVEKIT_SERVER'] ?? '';
  if (!existsSync(livekitBinary) || !existsSync(join(peersDir, 'node_modules'))) throw new Error('the peers are missing: start by `npm run bench -- latency`, which installs them');
  await using stack = new AsyncDisposableStack();
  process.once('SIGINT', () => { void stack.disposeAsync().finally(() => process.exit(130)); });
  const folder = stack.adopt(await mkdtemp(join(tmpdir(), 'sl-latency-')), (path) => rm(path, { recursive: true, force: true }));
  const picturesPath = join(folder, 'phantom.yuyv');
  await recordPhantom(picturesPath);
  const browser = stack.adopt(await launchBrowser(), (each) => each.close());
  const livekit = stack.adopt(await startLiveKit(livekitBinary), (each) => each.close());
  const pages = stack.adopt(await servePeerPages(peersDir), (each) => each.close());
  const system = stack.adopt(await BenchSystem.start(rootDir), (each) => each.close());
  const rounds = await measureRounds({ rootDir, peersDir, picturesPath, browser, system, livekit, pages }, options);
  const moments = options.paths.includes('ours-hub') ? await measureMoments({ browser, system }, options.rounds, options.returns) : null;
  const machine = await describeMachine(rootDir, browser.version);
  const summaries = summarizeSamples(rounds);
  process.stdout.write(`${renderLatency(summaries, moments, machine)}\n`);
  if (options.record) await recordLatency(join(rootDir, 'bench/RESULTS.md'), summaries, moments, machine, describeConditions(options.rounds, options.seconds));
}

main().then(
  () => { process.exit(0); },
  (error: unknown) => { tell(error instanceof Error ? error.message : String(error)); process.exit(1); },
);
