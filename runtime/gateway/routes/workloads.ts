import type { FastifyInstance } from 'fastify';
import type { Desk } from '../desk.ts';
import { describeApi } from './api-state.ts';
import { cancel } from './cancel.ts';
import { fetchWorkload } from './fetch.ts';
import { submit } from './submit.ts';
import { refuseUnknown } from './unknown.ts';

/** The routes of the APIs themselves: whatever no other route has taken. */
export function addWorkloadRoutes(app: FastifyInstance, desk: Desk): void {
  app.post('*', (request, reply) => submit(desk, request, reply));
  app.delete('*', (request, reply) => cancel(desk, request, reply));
  app.route({
    method: ['GET', 'HEAD'],
    url: '*',
    handler: (request, reply) => {
      const destination = desk.table.find(request.raw.url ?? '/');
      if (destination === null) return refuseUnknown(desk.table, request, reply);
      const { api, id } = destination;
      return id === null ? describeApi(desk.store, api, reply) : fetchWorkload(desk, api, id, request, reply);
    },
  });
}
