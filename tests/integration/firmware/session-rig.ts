import assert from 'node:assert/strict';
import type { SessionView } from '@scanlink/protocol';
import type { RpcConnection } from '@scanlink/protocol/rpc/rpc-client';
import { until } from '../../support/until.ts';
import { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus, TOKEN } from './support.ts';

export interface LiveBox { readonly firmware: FirmwareProcess; readonly box: RpcConnection; readonly media: MediaDouble; readonly view: SessionView }

/** A box's folder with a hub, and `firmware` as a process that a test kills and starts. close() looks at what was logged. */
export class SessionRig {
  readonly hub: HubDouble;
  readonly folder: BoxFolder;
  private readonly firmwares: FirmwareProcess[] = [];

  private constructor(hub: HubDouble) {
    this.hub = hub;
    this.folder = new BoxFolder(hub.url);
  }

  static async open(): Promise<SessionRig> {
    return new SessionRig(await new HubDouble().start());
  }

  start(): FirmwareProcess {
    const firmware = new FirmwareProcess(this.folder);
    this.firmwares.push(firmware);
    return firmware;
  }

  /** A box with a live session. */
  async goLive(media = new MediaDouble(100)): Promise<LiveBox> {
    const firmware = this.start();
    const box = await connectBox(this.folder);
    await media.connect(this.folder);
    await box.peer.request('session.start', {});
    await until('the wish to publish', () => media.wish.publish);
    await media.report({ lastFrameMs: Date.now(), location: '/whip/x/1' });
    return { firmware, box, media, view: await inState(box, 'live') };
  }

  async close(): Promise<void> {
    for (const firmware of this.firmwares.splice(0)) {
      await firmware.kill();
      assert.ok(!firmware.output.includes(TOKEN), 'token in the log');
      assert.ok(!firmware.output.includes('127.0.0.1'), 'address in the log');
    }
    await this.hub.stop();
    this.folder.remove();
    assert.deepEqual(this.hub.faults, []);
  }
}

export async function readSession(box: RpcConnection): Promise<SessionView | null> {
  return (await readStatus(box)).session;
}

export async function inState(box: RpcConnection, state: string): Promise<SessionView> {
  return await until(`session ${state}`, async () => {
    const found = await readSession(box);
    return found?.state === state ? found : null;
  });
}
