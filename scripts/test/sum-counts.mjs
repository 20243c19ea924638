// Sums the lines of COUNT_FILE (argument 1), names what was skipped, and prints the closing line of ./test.
import { readFileSync } from 'node:fs';

const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const sum = (key) => lines.reduce((total, line) => total + line[key], 0);
const titles = lines.flatMap((line) => line.titles ?? []);
if (titles.length > 0) console.log(`\nskipped:\n${titles.map((title) => `  - ${title}`).join('\n')}`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
