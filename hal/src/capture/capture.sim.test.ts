import assert from 'node:assert/strict';
import { createSimDriver } from './capture.sim.ts';

const codeOf = (code: string) => (error: { code?: string }): boolean => error.code === code;

describe('capture.sim', () => {
  const driver = createSimDriver({ addonPath: '/nonexistent/scanlink_sim.node' });

  it('lists a device without the addon', async () => {
    assert.deepEqual((await driver.list()).map((each) => [each.driver, each.simulated]), [['sim', true]]);
  });
  it('says when the addon is not built', () => assert.rejects(driver.open({}), codeOf('NAT_ADDON_MISSING')));
  it('refuses an unknown timing before anything is opened', () => assert.rejects(driver.open({ timing: '1x1p1' }), codeOf('CFG_UNKNOWN_TIMING')));
});
