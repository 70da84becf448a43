import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics/metrics.ts';

/** `GET /metrics`: everything counted, in the text format of Prometheus. */
export function addMetricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/metrics',
    handler: async (_, reply) => {
      const text = await metrics.render();
      void reply.header('content-type', metrics.contentType);
      return Buffer.from(text);
    },
  });
}
