import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnitLogs } from '../../../scripts/run/logs.ts';

// Helper of unit-logs.test.ts, run in a small file system of its own.
const dir = process.argv[2]!;
const said: string[] = [];
const logs = new UnitLogs(dir, (text) => said.push(text));
const write = async (line: string): Promise<void> => {
  logs.write({ name: 'media', stream: 'stdout', line });
  await logs.close();
};
const filler = join(dir, 'filler');
await write('first');
for (let size = 4096; size >= 1; size /= 2) {
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
  } catch {
    // full for this size
  }
}
for (let line = 0; line < 200; line += 1) await write(`${line} ${'x'.repeat(200)}`);
unlinkSync(filler);
await write('room again');
process.stdout.write(JSON.stringify({ said, text: readFileSync(join(dir, 'media.log'), 'utf8') }));
