import { AppError, HealthSchema } from '@scanlink/protocol';
import { CONTROL_PATH } from '../control/control-server.ts';
import type { HubApp } from '../http/app.ts';
import type { HubParts } from '../parts.ts';
import { refusals } from './schemas.ts';

/** Health, and words for whoever opens the control channel's address without WebSocket. Metrics are in ops-server.ts. */
export function addServiceRoutes(app: HubApp, parts: HubParts): void {
  app.addHook('onResponse', async (request, reply) => {
    parts.metrics.countRequest({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, seconds: reply.elapsedTime / 1000, code: request.errorCode });
  });

  app.get('/health', { schema: { summary: 'ok while the store answers (as of a second ago); the relay is told apart', response: { 200: HealthSchema, 503: HealthSchema } } }, async (_request, reply) => {
    const { ok, full } = parts.health.state;
    const epoch = parts.relayEpoch();
    return await reply.code(ok ? 200 : 503).send({ ok, version: parts.version, relay: { up: epoch !== null, epoch }, store: { ok, full, setAside: parts.store.setAside } });
  });

  app.get(CONTROL_PATH, { schema: { summary: 'Control channel of a box: WebSocket, see protocol/src/hub/control-channel.ts', security: [{ box: [] }], response: refusals(426) } },
    async () => {
      throw new AppError('HUB_UPGRADE_NEEDED');
    });
}
