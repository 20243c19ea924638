import { AppError } from '@scanlink/protocol';
import { hashToken } from '../api/auth/token-hash.ts';
import { EXIT, explain } from '../lib/exit-codes.ts';
import { readFlags } from '../lib/flags.ts';
import { openDatabase } from '../store/database.ts';
import { operations } from '../store/operations.ts';
import { readTokenFile } from './read-token-file.ts';

const USAGE = 'box add --data DIR --id ID --name NAME --room ROOM --token-file FILE';

// Administration of the hub on its own machine. It works beside a running hub.
process.exitCode = await main(process.argv.slice(2)).catch(explain);

async function main(args: readonly string[]): Promise<number> {
  const { flags, words } = readFlags(args, { data: { required: true }, id: { required: true }, name: { required: true }, room: { required: true }, 'token-file': { required: true } });
  if (words.join(' ') !== 'box add') throw new AppError('CFG_USAGE', { detail: USAGE });
  const { id } = flags;
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) throw new AppError('CFG_INVALID', { key: 'id', detail: 'small letters, digits and hyphens, at most 64' });
  await addBox({ dataDir: flags.data, id, name: readName('name', flags.name), room: readName('room', flags.room), tokenFile: flags['token-file'] });
  process.stdout.write(`${JSON.stringify({ box: id })}\n`);
  return EXIT.ok;
}

async function addBox(box: { dataDir: string; id: string; name: string; room: string; tokenFile: string }): Promise<void> {
  const tokenHash = hashToken(await readTokenFile(box.tokenFile));
  const db = await openDatabase(box.dataDir);
  try {
    const owner = await operations.findBoxByTokenHash(db, { tokenHash });
    if (owner && owner.boxId !== box.id) throw new AppError('CFG_TOKEN_FILE', { detail: 'another box has this token already' });
    await operations.upsertBox(db, { id: box.id, name: box.name, room: box.room, tokenHash, nowMs: Date.now() });
  } finally {
    await db.destroy();
  }
}

function readName(key: string, text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name)) throw new AppError('CFG_INVALID', { key, detail: '1 to 100 characters are needed' });
  return name;
}
