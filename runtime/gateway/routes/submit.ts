import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { SubmissionOutcome } from '../../metrics/metrics.ts';
import { parseContentType } from '../../workloads/content-type.ts';
import { jsonAnswer } from '../answer.ts';
import type { Desk } from '../desk.ts';
import { assertPayloadReadable } from '../payload/check.ts';
import type { ServedApi } from '../served-api.ts';
import { chooseWorkloadId } from '../workload-id.ts';
import { refuseUnknown } from './unknown.ts';

/** `POST <endpoint>`: stores the body as a workload and answers with its id once it is safe. */
export async function submit(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const destination = desk.table.find(request.raw.url ?? '/');
  if (destination?.id !== null) return refuseUnknown(desk.table, request, reply);
  const { api } = destination;
  const { name } = api.spec;
  const { id, outcome } = await store(desk, api, request, reply).catch((error: unknown) => {
    desk.metrics.submitted(name, outcomeOf(error));
    throw error;
  });
  desk.metrics.submitted(name, outcome);
  if (outcome === 'conflict') throw KnownError.of('PONS_ERR_HTTP_ID_CONFLICT', { api: name, id });
  return jsonAnswer(reply, `{"id":"${id}"}`);
}

async function store(desk: Desk, api: ServedApi, request: FastifyRequest, reply: FastifyReply) {
  const { headers } = request.raw;
  const contentTypeHeader = headers['content-type'];
  const contentType = parseContentType(contentTypeHeader);
  const chosenId = headers['x-request-id'];
  const id = chooseWorkloadId(chosenId);
  const { bodyBytes } = desk.limits;
  if (Number(headers['content-length'] ?? 0) > bodyBytes) {
    throw KnownError.of('PONS_ERR_HTTP_BODY_TOO_LARGE', { limitBytes: bodyBytes });
  }

  const leave = await desk.admission.enter(api, chosenId === undefined ? null : id);
  try {
    if (headers.expect !== undefined) reply.raw.writeContinue();
    const received = await desk.store.receive(request.raw, bodyBytes);
    await assertPayloadReadable(desk.store, contentType, received);
    const isNewId = chosenId === undefined;
    const submission = { api: api.spec.name, id, isNewId, contentType: contentTypeHeader ?? '', received };
    const outcome = await desk.store.submit(submission);
    if (outcome === 'stored') desk.stored(api.spec.name, id);
    return { id, outcome };
  } finally {
    leave?.();
  }
}

function outcomeOf(error: unknown): SubmissionOutcome {
  if (!isKnownError(error)) return 'error';
  if (error.status === 413) return 'too_large';
  if (error.status === 503) return 'refused';
  return error.status < 500 ? 'invalid' : 'error';
}
