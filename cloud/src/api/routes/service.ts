import { AppError, HealthSchema, type Health } from '@scanlink/protocol';
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
    const health = describeHealth(parts);
    return await reply.code(health.ok ? 200 : 503).send(health);
  });

  app.get(CONTROL_PATH, { schema: { summary: 'Control channel of a box: WebSocket, see protocol/src/hub/control-channel.ts', security: [{ box: [] }], response: refusals(426) } },
    async () => {
      throw new AppError('HUB_UPGRADE_NEEDED');
    });
}

/** What anybody may know. Which relay it is (epoch) and which file was moved aside is the operator's: ops-server.ts. */
export function describeHealth(parts: Pick<HubParts, 'health' | 'version' | 'relayEpoch'>): Health {
  const { ok, full } = parts.health.state;
  return { ok, version: parts.version, relay: { up: parts.relayEpoch() !== null }, store: { ok, full } };
}
