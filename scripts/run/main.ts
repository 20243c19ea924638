// Composition root of `./run`: starts hub and box on this machine, says where to look, stops all on Ctrl-C.
import type { RunArguments } from './arguments.ts';
import { launch, say } from './launch.ts';
import type { LocalSystem } from './system.ts';

async function announce(system: LocalSystem, args: RunArguments): Promise<undefined> {
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

launch(announce);
