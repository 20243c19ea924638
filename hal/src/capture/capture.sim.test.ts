import assert from 'node:assert/strict';
import { createSimDriver } from './capture.sim.ts';

const codeOf = (code: string) => (error: { code?: string }): boolean => error.code === code;

describe('capture.sim', () => {
  const driver = createSimDriver({ addonPath: '/nonexistent/scanlink_sim.node' });

  it('finds no device without the addon', async () => assert.deepEqual(await driver.probe(), []));
  it('says when the addon is not part of the build', () => assert.rejects(driver.open({}), codeOf('DEV_DRIVER_UNAVAILABLE')));
  it('refuses an unknown timing before anything is opened', () => assert.rejects(driver.open({ timing: '1x1p1' }), codeOf('CFG_UNKNOWN_TIMING')));
});
