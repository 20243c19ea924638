import { parseArgs } from 'node:util';
import { AppError, describeArgumentFault, SIM_COMMANDS, parseTiming, type SimRequest } from '@scanlink/protocol';

export interface Command {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Invocation {
  readonly command: Command | null;
  readonly json: boolean;
  /** Undefined: where this installation's box is. */
  readonly dataDir: string | undefined;
  readonly lang: string | undefined;
}

const usage = (detail: string): AppError => new AppError('CFG_USAGE', { detail });

/**
 * The command line as a request to the box; command is null for --help.
 * @throws CFG_USAGE, CFG_UNKNOWN_TIMING.
 */
export function parseInvocation(argv: readonly string[]): Invocation {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv], allowPositionals: true, strict: true,
      options: { json: { type: 'boolean', default: false }, data: { type: 'string' }, lang: { type: 'string' }, input: { type: 'string' }, help: { type: 'boolean', default: false, short: 'h' } },
    });
  } catch (cause) {
    throw usage(describeArgumentFault(cause));
  }
  const { values, positionals } = parsed;
  if (values.lang !== undefined && values.lang !== 'zh' && values.lang !== 'en') throw usage('--lang takes zh or en');
  const common = { json: values.json, dataDir: values.data, lang: values.lang };
  if (values.help || positionals.length === 0 || (positionals.length === 1 && positionals[0] === 'help')) return { ...common, command: null };
  return { ...common, command: toCommand(positionals, values.input === undefined ? {} : { input: values.input }) };
}

function toCommand(words: readonly string[], input: { readonly input?: string }): Command {
  const [first, second, third, ...rest] = words;
  const expect = (count: number): void => {
    if (words.length > count || rest.length > 0) throw usage(`${words.slice(0, count).join(' ')}: too many words`);
  };
  switch (first) {
    case 'status':
    case 'devices':
      expect(1);
      return { method: first, params: {} };
    case 'still':
      expect(1);
      return { method: 'still', params: input };
    case 'input':
      expect(3);
      if (second !== 'restart') throw usage('input takes one of: restart');
      return { method: 'input.restart', params: third === undefined ? input : { input: third } };
    case 'session':
      if (second === 'links') return toLinksCommand(words);
      expect(2);
      if (second === 'start') return { method: 'session.start', params: input };
      if (second === 'stop' || second === 'resume' || second === 'end' || second === 'link') return { method: `session.${second}`, params: {} };
      throw usage(`session takes one of: start, stop, resume, end, link, links`);
    case 'sim':
      return { method: 'sim', params: toSimRequest(second, third, input, expect) };
    default:
      throw usage(`there is no command "${first ?? ''}"; commands: status, devices, session, input, still, sim`);
  }
}

function toLinksCommand(words: readonly string[]): Command {
  const [, , third, id, ...rest] = words;
  if (third === undefined) return { method: 'session.links', params: {} };
  if (rest.length > 0) throw usage('session links revoke: too many words');
  if (third !== 'revoke' || id === undefined) throw usage('session links revoke needs the id of a link, or all');
  return { method: 'session.revoke-links', params: id === 'all' ? {} : { linkId: id } };
}

function toSimRequest(name: string | undefined, timing: string | undefined, input: { readonly input?: string }, expect: (count: number) => void): SimRequest {
  const command = SIM_COMMANDS.find((each) => each === name);
  if (!command) throw usage(`sim takes one of: ${SIM_COMMANDS.map((each) => (each === 'timing' ? 'timing T' : each)).join(', ')}`);
  if (command !== 'timing') {
    expect(2);
    return { command, ...input };
  }
  expect(3);
  if (timing === undefined) throw usage('sim timing needs a timing, e.g. 1280x720p30');
  return { command, timing: parseTiming(timing).name, ...input };
}
