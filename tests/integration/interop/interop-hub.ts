import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { TestPublisher } from '../relay/peers.ts';
import { findFreeUdpPort } from '../relay/relay-process.ts';
import { ROOT_DIR, SESSION_ID, TestHub, until } from '../hub/support/hub-process.ts';

const SDP = 'application/sdp';
/** Of the pictures that our own publisher sends (createAccessUnits). */
export const PICTURE_SIZE = [640, 360] as const;

/** The hub as it is deployed, API and relay, with one announced session: what other people's software is pointed at. */
export class InteropHub {
  readonly hub = new TestHub(['--web-dir', join(ROOT_DIR, 'cloud/web/dist')]);
  /** UDP, of all media. */
  relayPort = 0;
  boxToken = '';
  viewerToken = '';
  private relay: ChildProcess | null = null;
  private publisher: TestPublisher | null = null;

  async start(): Promise<void> {
    this.relayPort = await findFreeUdpPort();
    this.relay = spawn(process.execPath, [join(ROOT_DIR, 'cloud/src/relay/main.ts'), '--run-dir', this.hub.runDir, '--udp-port', String(this.relayPort), '--bind-address', '127.0.0.1'], { stdio: 'ignore' });
    this.boxToken = await this.hub.addBox('box-1');
    await this.hub.start();
    await this.hub.putSession(this.boxToken);
    this.viewerToken = await this.hub.makeLink(this.boxToken);
    await until('the relay is up', async () => ((await this.hub.request('GET', '/health')).json()['relay'] as { up: boolean }).up, 30_000);
  }

  get whipUrl(): string { return `${this.hub.url}/whip/${SESSION_ID}`; }
  get whepUrl(): string { return `${this.hub.url}/whep/${SESSION_ID}`; }
  /** Our own page for the session. */
  get watchUrl(): string { return `${this.hub.url}/watch#${this.viewerToken}`; }

  /** Sends moving pictures into the session until close(); libdatachannel, as the box does. */
  async publish(): Promise<void> {
    const publisher = new TestPublisher(createAccessUnits());
    this.publisher = publisher;
    publisher.accept(await postOffer(this.whipUrl, this.boxToken, await publisher.offer()));
    await publisher.opened;
    publisher.start();
  }

  async close(): Promise<void> {
    this.publisher?.close();
    await this.hub.close();
    this.relay?.kill('SIGKILL');
  }
}

/** WHIP's or WHEP's POST. @returns the answer. @throws Error with what the hub says. */
export async function postOffer(url: string, token: string, offer: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': SDP, authorization: `Bearer ${token}` }, body: offer });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${text}`);
  return text;
}
