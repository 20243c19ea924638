import { runCli } from './run-cli.ts';

// ./scanlink: what a support engineer types on the box. --help tells the rest.
process.exitCode = await runCli({
  argv: process.argv.slice(2), env: process.env,
  stdout: (text) => process.stdout.write(text), stderr: (text) => process.stderr.write(text),
});
