import { spawn } from 'node:child_process';
import { lockDataFolder } from '@scanlink/firmware/store/lock-data-folder';

// Helper of data-folder.test.ts: owns a folder, has a child of its own, and stays until it is killed.
lockDataFolder(process.argv[2]!);
// Nobody keeps what was returned: it must hold all the same.
(globalThis as { gc?: () => void }).gc!();
spawn('sleep', ['5'], { stdio: 'ignore', detached: true }).unref();
process.stdout.write('held\n');
setInterval(() => {}, 1000);
