import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { AppError } from '@scanlink/protocol';

const HOST = '127.0.0.1';

/** The hub needs a port twice: TCP for pages and signalling, UDP for media. @throws CFG_PORT_TAKEN when either is taken. */
export async function checkPortFree(port: number): Promise<void> {
  await Promise.all([probeTcp(port), probeUdp(port)]);
}

function probeTcp(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => reject(new AppError('CFG_PORT_TAKEN', { port }, { cause })));
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}

function probeUdp(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', (cause) => reject(new AppError('CFG_PORT_TAKEN', { port }, { cause })));
    probe.bind({ port, address: HOST, exclusive: true }, () => probe.close(() => resolve()));
  });
}
