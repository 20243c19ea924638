import { AppError } from '@scanlink/protocol';
import { hashToken } from '../api/auth/token-hash.ts';
import { EXIT, explain } from '../lib/exit-codes.ts';
import { readFlags } from '../lib/flags.ts';
import { openDatabase, type HubDatabase } from '../store/database.ts';
import { operations } from '../store/operations.ts';
import { readTokenFile } from '@scanlink/protocol/lib/read-secret-file';

const USAGE = 'box add --data DIR --id ID --name NAME --room ROOM --token-file FILE | box list --data DIR | box disable --data DIR --id ID | box enable --data DIR --id ID';

const COMMANDS = { 'box add': addBox, 'box list': listBoxes, 'box disable': (args: readonly string[]) => setDisabled(args, true), 'box enable': (args: readonly string[]) => setDisabled(args, false) } as const;

// Administration of the hub on its own machine. It works beside a running hub, which sees what changed within a second.
process.exitCode = await main(process.argv.slice(2)).catch(explain);

async function main(args: readonly string[]): Promise<number> {
  const command = args.filter((each) => !each.startsWith('-')).slice(0, 2).join(' ');
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : null;
  if (!run) throw new AppError('CFG_USAGE', { detail: `usage: ${USAGE}` });
  process.stdout.write(`${JSON.stringify(await run(args))}\n`);
  return EXIT.ok;
}

async function addBox(args: readonly string[]): Promise<unknown> {
  const flags = read(args, { data: { required: true }, id: { required: true }, name: { required: true }, room: { required: true }, 'token-file': { required: true } });
  const id = readId(flags['id']);
  const box = { id, name: readName('name', flags['name']), room: readName('room', flags['room']) };
  const tokenHash = hashToken(readTokenFile(flags['token-file'] ?? ''));
  await withStore(flags['data'], async (db) => {
    const owner = await operations.findBoxByTokenHash(db, { tokenHash });
    if (owner && owner.boxId !== id) throw new AppError('CFG_TOKEN_FILE', { detail: 'another box has this token already' });
    await operations.upsertBox(db, { ...box, tokenHash, nowMs: Date.now() });
  });
  return { box: id };
}

/** Names and rooms, no tokens. Times: Unix milliseconds; disabledMs null: it may speak to the hub. */
async function listBoxes(args: readonly string[]): Promise<unknown> {
  const flags = read(args, { data: { required: true } });
  const boxes = await withStore(flags['data'], (db) => operations.listBoxes(db, {}));
  return { boxes: boxes.map(({ tokenHash: _tokenHash, ...box }) => box) };
}

/** A running hub ends the box's control channel and its picture within a second, and lets it in no more. */
async function setDisabled(args: readonly string[], disabled: boolean): Promise<unknown> {
  const flags = read(args, { data: { required: true }, id: { required: true } });
  const id = readId(flags['id']);
  const known = await withStore(flags['data'], (db) => operations.setBoxDisabled(db, { id, disabled, nowMs: Date.now() }));
  if (!known) throw new AppError('CFG_INVALID', { key: 'id', detail: 'there is no such box' });
  return { box: id, disabled };
}

function read(args: readonly string[], specs: Record<string, { required: true }>): Record<string, string> {
  const { flags, words } = readFlags(args, specs);
  if (words.length !== 2) throw new AppError('CFG_USAGE', { detail: `usage: ${USAGE}` });
  return flags;
}

async function withStore<T>(dataDir: string | undefined, work: (db: HubDatabase) => Promise<T>): Promise<T> {
  const db = await openDatabase(dataDir ?? '');
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function readId(id = ''): string {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) throw new AppError('CFG_INVALID', { key: 'id', detail: 'small letters, digits and hyphens, at most 64' });
  return id;
}

function readName(key: string, text = ''): string {
  const name = text.trim();
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name)) throw new AppError('CFG_INVALID', { key, detail: '1 to 100 characters are needed' });
  return name;
}
