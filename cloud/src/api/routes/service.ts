import { AppError, HealthSchema } from '@scanlink/protocol';
import { Type } from 'typebox';
import { CONTROL_PATH } from '../control/control-server.ts';
import type { HubApp } from '../http/app.ts';
import { HubMetrics } from '../metrics.ts';
import type { HubParts } from '../parts.ts';
import { refusals } from './schemas.ts';

const STATS_TIMEOUT_MS = 500;

/** Health, metrics, the description, and words for whoever opens the control channel's address without WebSocket. */
export function addServiceRoutes(app: HubApp, parts: HubParts): void {
  const metrics = new HubMetrics({
    boxesConnected: () => parts.presence.countConnected(),
    eventStreams: () => parts.streams.count,
    openSessions: () => parts.store.countOpenSessions({}),
    relayStats: () => parts.relay.stats(STATS_TIMEOUT_MS).catch(() => null),
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.countRequest({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, seconds: reply.elapsedTime / 1000, code: request.errorCode });
  });

  app.get('/health', { schema: { summary: 'ok while the store answers; the relay is told apart', response: { 200: HealthSchema, 503: HealthSchema } } }, async (_request, reply) => {
    const ok = await parts.store.countOpenSessions({}).then(() => true, () => false);
    const epoch = parts.relayEpoch();
    return await reply.code(ok ? 200 : 503).send({ ok, version: parts.version, relay: { up: epoch !== null, epoch } });
  });

  app.get('/metrics', { schema: { summary: 'Prometheus text', response: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: Type.String() } } } } } },
    async (_request, reply) => await reply.type(metrics.contentType).send(await metrics.render() as never));

  app.get(CONTROL_PATH, { schema: { summary: 'Control channel of a box: WebSocket, see protocol/src/hub/control-channel.ts', security: [{ box: [] }], response: refusals(426) } },
    async () => {
      throw new AppError('HUB_UPGRADE_NEEDED');
    });

  app.get('/api/v1/openapi.json', { schema: { summary: 'This description', response: { 200: Type.Unsafe<object>({ type: 'object', additionalProperties: true }) } } },
    async () => app.swagger());
}
