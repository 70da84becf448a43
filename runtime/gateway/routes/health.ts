import type { FastifyInstance } from 'fastify';
import { KnownError } from '../../errors/known-error.ts';
import { refusalOfAny } from '../../workloads/refusal-of-any.ts';
import type { WorkloadStore } from '../../workloads/store.ts';
import { jsonAnswer } from '../answer.ts';
import type { ApiStatus, ServedApi } from '../served-api.ts';

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: each API, or with `?api=NAME` one of them, can take work and the store can keep it; with `?here`, the
 * predictors of this process can, whatever those of other hosts do.
 */
export function addHealthRoutes(app: FastifyInstance, apis: readonly ServedApi[], store: WorkloadStore): void {
  const known = apis.map((api) => api.spec.name);
  app.route({ method: ['GET', 'HEAD'], url: '/healthz', handler: (_, reply) => jsonAnswer(reply, '{"status":"ok"}') });
  app.route<{ Querystring: { readonly api?: string | readonly string[]; readonly here?: unknown } }>({
    method: ['GET', 'HEAD'],
    url: '/readyz',
    handler: async (request, reply) => {
      const { api: asked, here } = request.query;
      const chosen = asked === undefined ? apis : apis.filter((api) => api.spec.name === asked);
      if (asked !== undefined && chosen.length === 0) {
        throw KnownError.of('PONS_ERR_HTTP_API_UNKNOWN', { name: [asked].flat().join(', ').slice(0, 200), known });
      }
      const refusal = await refusalOfAny(
        store,
        chosen.map(({ spec }) => spec.name),
      );
      if (refusal !== null) throw refusal;
      const states = chosen.map((api) => ({ name: api.spec.name, status: statusOf(api, here !== undefined) }));
      const ready = states.every(({ status }) => status.state === 'live');
      const list = states.map(({ name, status: { state, reason } }) => ({ name, state, reason }));
      return jsonAnswer(reply.code(ready ? 200 : 503), JSON.stringify({ ready, apis: list }));
    },
  });
}

function statusOf(api: ServedApi, isHere: boolean): ApiStatus {
  return isHere && api.here !== undefined ? api.here() : api.status();
}
