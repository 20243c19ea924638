// Boots the test image once and stores it as snapshot `ready`, from which every suite starts. Called by ./test --system.
// SCANLINK_SYSTEM_DIR: a private folder with a short path. SCANLINK_TEST_IMAGE: what `image/build --test` made.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOverlay, createPayload } from '../../image/qemu/overlay.ts';
import { PAYLOAD_MEGABYTES, READY_SNAPSHOT, readState } from './support/state.ts';
import { bootGuest } from './support/system-guest.ts';

const SETTLE_TIMEOUT_MS = 180_000;

const startedAt = performance.now();
const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
const state = readState();
mkdirSync(state.folder, { recursive: true, mode: 0o700 });
rmSync(state.diskFile, { force: true });
await createOverlay(state.image.diskFile, state.diskFile);
if (!existsSync(state.payloadFile)) {
  const empty = mkdtempSync(join(state.folder, 'payload-'));
  writeFileSync(join(empty, 'README'), 'what a run brings with it\n');
  await createPayload(empty, state.payloadFile, PAYLOAD_MEGABYTES);
  rmSync(empty, { recursive: true });
}
const system = await bootGuest(state);
const { machine, guest } = system;
try {
  console.log(`  the agent answers after ${seconds()} (kernel ${guest.kernel})`);
  // `degraded` is an answer too: which units failed is a test's to say.
  const { stdout } = await guest.run(['systemctl', 'is-system-running', '--wait'], { timeoutMs: SETTLE_TIMEOUT_MS });
  console.log(`  the guest is up (${stdout.trim()}) after ${seconds()}`);
  await guest.exec(['sync']);
  await machine.qmp.saveSnapshot(READY_SNAPSHOT);
  console.log(`  stored after ${seconds()}`);
} finally {
  await system.close();
}
