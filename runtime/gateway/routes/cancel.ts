import type { FastifyReply, FastifyRequest } from 'fastify';
import { KnownError } from '../../errors/known-error.ts';
import { isWorkloadId } from '../../workloads/id.ts';
import { jsonAnswer } from '../answer.ts';
import type { Desk } from '../desk.ts';
import { refuseUnknown } from './unknown.ts';

/** `DELETE <endpoint>/<id>`: ends a queued or running workload as cancelled. */
export async function cancel(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const destination = desk.table.find(request.raw.url ?? '/');
  if (destination === null || destination.id === null) return refuseUnknown(desk.table, request, reply);
  const { api, id } = destination;
  const outcome = isWorkloadId(id) ? await api.cancel(id) : 'not_found';
  if (outcome === 'not_found') {
    throw KnownError.of('PONS_ERR_HTTP_WORKLOAD_UNKNOWN', { api: api.spec.name, id: id.slice(0, 200) });
  }
  if (outcome !== 'cancelled') {
    throw KnownError.of('PONS_ERR_HTTP_WORKLOAD_ENDED', { id, status: outcome.alreadyEnded });
  }
  return jsonAnswer(reply, `{"id":"${id}","status":"cancelled"}`);
}
