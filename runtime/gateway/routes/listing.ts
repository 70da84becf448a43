import type { FastifyInstance } from 'fastify';
import { jsonAnswer } from '../answer.ts';
import type { ServedApi } from '../served-api.ts';

/** `GET /`: the APIs and where they are; `takesWorkloads` tells whether that is here at all. */
export function addListingRoute(app: FastifyInstance, apis: readonly ServedApi[], takesWorkloads: boolean): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: (_, reply) => {
      const list = apis.map((api) => {
        const { name, kind, endpoint } = api.spec;
        return { name, kind, endpoint: takesWorkloads ? endpoint : null, state: api.status().state };
      });
      return jsonAnswer(reply, JSON.stringify({ apis: list }));
    },
  });
}
