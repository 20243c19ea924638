// Composition root of `./run --check`: hub and box of this machine, measured once by headless Chromium.
import { launch, say } from '../../../scripts/run/launch.ts';
import { checkSystem } from './check-system.ts';
import { renderCheck } from './render.ts';

launch(async (system, args) => {
  const report = await checkSystem(system, args);
  // Standard output holds the object alone, for programs.
  if (args.json) process.stderr.write(`${renderCheck(report)}\n`);
  say(args.json ? JSON.stringify(report.result) : renderCheck(report));
  return report.result.ok ? 0 : 1;
});
