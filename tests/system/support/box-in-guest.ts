import type { BoxStatus } from '@scanlink/protocol';
import { eventually } from '../../support/chain.ts';
import type { Guest } from '../../../image/qemu/guest.ts';

/** By which the guest's user-mode network reaches the host's loopback. */
export const HOST_FROM_GUEST = '10.0.2.2';
export const UNITS = ['scanlink-firmware.service', 'scanlink-media.service'] as const;

const DATA_DIR = '/var/lib/scanlink';
const CONFIG = `${DATA_DIR}/box/config.json`;
const TOKEN = `${DATA_DIR}/box/hub.token`;
const CLI_TIMEOUT_MS = 60_000;

/** ScanLink in the guest: its units by systemd, its words by ./scanlink. */
export class GuestBox {
  private readonly guest: Guest;

  constructor(guest: Guest) {
    this.guest = guest;
  }

  /**
   * Writes configuration and token, and starts the units anew with them.
   * @param keys what this test wants otherwise than here: inputs at least.
   */
  async configure({ hubPort, token, ...keys }: { readonly hubPort: number; readonly token: string; readonly inputs: readonly object[]; readonly [key: string]: unknown }): Promise<void> {
    const config = {
      boxId: 'box-guest', hubUrl: `http://${HOST_FROM_GUEST}:${hubPort}`, allowInsecureHub: true, tokenFile: TOKEN, dataDir: `${DATA_DIR}/box`, runDir: '/run/scanlink', ...keys,
    };
    await this.guest.exec(['mkdir', '-p', `${DATA_DIR}/box`]);
    await this.guest.write(TOKEN, `${token}\n`, 0o600);
    await this.guest.write(CONFIG, JSON.stringify(config), 0o600);
    await this.guest.exec(['systemd-tmpfiles', '--create', 'scanlink.conf']);
    await this.guest.exec(['chown', 'scanlink:scanlink', TOKEN, CONFIG]);
    await this.guest.exec(['systemctl', 'restart', ...UNITS], { timeoutMs: 180_000 });
  }

  /** One word of ./scanlink, its JSON. @throws Error with what it said. */
  async ask<Result>(...words: readonly string[]): Promise<Result> {
    return JSON.parse(await this.guest.exec(['scanlink', ...words, '--json', '--data', DATA_DIR], { timeoutMs: CLI_TIMEOUT_MS })) as Result;
  }

  status(): Promise<BoxStatus> { return this.ask<BoxStatus>('status'); }

  /** Waits until its status says so; while it does not answer, that is no. */
  async waitFor(what: string, ready: (status: BoxStatus) => boolean, timeoutMs = 90_000): Promise<BoxStatus> {
    let last: unknown = null;
    try {
      return await eventually(what, async () => {
        const status = await this.status().catch((error: unknown) => { last = error; return null; });
        if (status) last = status;
        return status && ready(status) ? status : null;
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${what}: not so; at last: ${last instanceof Error ? last.message : JSON.stringify(last)}\n${await this.journal()}`, { cause: error });
    }
  }

  /** The newest lines of its units' journal. */
  async journal(lines = 30): Promise<string> {
    return await this.guest.exec(['journalctl', '--no-pager', '-o', 'cat', '-n', String(lines), ...UNITS.flatMap((unit) => ['-u', unit])]);
  }
}
