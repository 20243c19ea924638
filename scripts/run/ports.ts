import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@scanlink/protocol';

const HOST = '127.0.0.1';

/** Processes of a launcher that was killed end within two seconds of it. */
const PATIENCE_MS = 2500;
const PROBE_AGAIN_MS = 100;

/**
 * The hub needs a port twice: TCP for pages and signalling, UDP for media.
 * @throws CFG_PORT_TAKEN when either is taken, and stays so for longer than what a run before needs to end.
 */
export async function checkPortFree(port: number): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(PROBE_AGAIN_MS)) {
    try {
      await Promise.all([probeTcp(port), probeUdp(port)]);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

function probeTcp(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => reject(new AppError('CFG_PORT_TAKEN', { port, option: '--port' }, { cause })));
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}

function probeUdp(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', (cause) => reject(new AppError('CFG_PORT_TAKEN', { port, option: '--port' }, { cause })));
    probe.bind({ port, address: HOST, exclusive: true }, () => probe.close(() => resolve()));
  });
}
