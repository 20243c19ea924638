// Composition root of `./run`: starts hub and box on this machine, says where to look, stops all on Ctrl-C.
import { join } from 'node:path';
import { toAppError } from '@scanlink/protocol';
import { HELP, parseRunArguments, type RunArguments } from './arguments.ts';
import { LocalSystem } from './system.ts';

const say = (text: string): void => { process.stdout.write(`${text}\n`); };
const tell = (text: string): void => { process.stderr.write(`${text}\n`); };

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    say(HELP);
    return 0;
  }
  const args = parseRunArguments(argv, process.env['CALLED_FROM'] ?? process.cwd());
  const system = new LocalSystem(join(import.meta.dirname, '../..'), args, tell);
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal === 'SIGINT' ? 130 : 143));
  });
  try {
    await system.start();
    if (args.check) {
      const { runCheckOnSystem } = await import('./check.ts');
      return await Promise.race([runCheckOnSystem(system, args, say), stopped]);
    }
    await announce(system, args);
    const timeUp = args.seconds === null ? stopped : new Promise<number>((resolve) => { setTimeout(() => resolve(0), args.seconds! * 1000).unref(); });
    const code = await Promise.race([stopped, timeUp]);
    tell('stopping …');
    return code === 130 ? 0 : code;
  } finally {
    await system.close();
  }
}

async function announce(system: LocalSystem, args: RunArguments): Promise<void> {
  const status = await system.waitFor((box) => box.session !== null && (box.session.state === 'live' || box.session.state === 'suspended'), 30_000);
  const session = status.session!;
  const startedAt = Number(process.env['STARTED_AT'] ?? Date.now());
  say(`hub: ${system.hubUrl}`);
  say(`viewer: ${await system.makeLink(session.sessionId)}`);
  say(`ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  say('');
  if (session.state === 'suspended') say('The session of before is suspended: ./scanlink session resume, or end. 之前的会诊已暂停：请用 ./scanlink session resume 继续或 end 结束。');
  say(`Open the viewer's address first. Check code: ${session.code}. 请先打开 viewer 地址，核对码：${session.code}。`);
  say(`Source: ${args.source} at ${args.timing}, simulated. ./scanlink status tells more; Ctrl-C stops.`);
}

main().then(
  (code) => { process.exit(code); },
  (thrown: unknown) => {
    const error = toAppError(thrown);
    tell(`error ${error.code}: ${error.message}\n${error.toBody().messageZh}`);
    process.exit(error.code.startsWith('CFG_') || error.code.startsWith('DEV_SOURCE') ? 2 : 1);
  },
);
