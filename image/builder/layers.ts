import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** What a step has to say while it works. */
export interface Teller { step(name: string): (note?: string) => void }

/** Layers of the image by what they were made of: what did not change is not made again. */
export class LayerStore {
  private readonly folder: string;
  private readonly teller: Teller;

  constructor(folder: string, teller: Teller) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    this.folder = folder;
    this.teller = teller;
  }

  /** The folder of the layer `name` made of `parts`; `make` fills it when it is not there. A build that dies half way leaves none. */
  async get(name: string, parts: readonly string[], make: (folder: string) => Promise<void>): Promise<string> {
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
    const place = join(this.folder, `${name}-${key}`);
    if (existsSync(place)) {
      utimesSync(place, new Date(), new Date());
      this.teller.step(name)('kept from before');
      return place;
    }
    const done = this.teller.step(name);
    const part = `${place}.part-${process.pid}`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    try {
      await make(part);
      renameSync(part, place);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
    this.forgetOlder(name, place);
    done();
    return place;
  }

  /** Two of a kind are kept (the test image's and the shipping one's), and the one in use. */
  private forgetOlder(name: string, newest: string): void {
    const others = readdirSync(this.folder).filter((each) => each.startsWith(`${name}-`) && !each.includes('.part-'))
      .map((each) => join(this.folder, each)).filter((each) => each !== newest)
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const each of others.slice(2)) rmSync(each, { recursive: true, force: true });
  }
}

/** Names and contents of files under rootDir, as a part of a key. */
export function fingerprint(rootDir: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync([...patterns], { cwd: rootDir }).toSorted()) {
    const path = join(rootDir, file);
    if (!statSync(path).isFile()) continue;
    const content = readFileSync(path);
    hash.update(`${file} ${content.length} ${statSync(path).mode & 0o111}\n`).update(content);
  }
  return hash.digest('hex');
}
