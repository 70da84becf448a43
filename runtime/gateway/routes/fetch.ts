import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KnownError } from '../../errors/known-error.ts';
import { messageOf } from '../../errors/render.ts';
import { isWorkloadId } from '../../workloads/id.ts';
import type { Body, WorkloadRecord } from '../../workloads/store.ts';
import { jsonAnswer } from '../answer.ts';
import { bindToConnection } from '../connection-bound.ts';
import type { Desk } from '../desk.ts';
import type { ServedApi } from '../served-api.ts';

type Answer = Buffer | Readable | null;

/** `GET <endpoint>/<id>`: what has become of a workload; a result is passed on as the store has it, unparsed. */
export async function fetchWorkload(
  desk: Desk,
  api: ServedApi,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Answer> {
  const { name } = api.spec;
  const record = isWorkloadId(id) ? await desk.store.find(name, id) : null;
  if (record === null) throw KnownError.of('PONS_ERR_HTTP_WORKLOAD_UNKNOWN', { api: name, id: id.slice(0, 200) });

  if (record.status === 'in_queue') desk.missed(name, id);
  const head = `{"id":"${id}","status":"${record.status}"`;
  if (record.result !== null) {
    return answerResult(
      desk,
      `${head},"result":`,
      record.result,
      `,"timestamp":"${timestampOf(record)}"}`,
      request,
      reply,
    );
  }
  if (record.error !== null) return jsonAnswer(reply, `${head},"error":${JSON.stringify(record.error)}}`);
  return jsonAnswer(reply, `${head}}`);
}

async function answerResult(
  desk: Desk,
  head: string,
  result: Body,
  tail: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Answer> {
  void reply.header('content-type', 'application/json');
  if (result.kind === 'bytes') return Buffer.concat([Buffer.from(head), result.bytes, Buffer.from(tail)]);

  // Opened before the status is sent: a body that is missing can still become an error.
  const { sizeBytes, stream } = await desk.store.open(result);
  bindToConnection(request.raw.socket, stream);
  void reply.header('content-length', head.length + sizeBytes + tail.length);
  if (request.method !== 'HEAD') {
    const broken = (error: unknown): void => {
      // A client that has left knows.
      if (request.raw.socket.destroyed) return;
      desk.logger.error(`a result was sent in part only, and its connection is cut: ${messageOf(error)}`, {
        url: request.url,
      });
    };
    return Readable.from(splice(head, stream, tail, broken), { objectMode: false });
  }
  stream.destroy();
  return null;
}

/** @param broken told why the body could not be read to its end */
async function* splice(
  head: string,
  body: Readable,
  tail: string,
  broken: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  yield Buffer.from(head);
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    broken(error);
    throw error;
  }
  yield Buffer.from(tail);
}

function timestampOf(record: WorkloadRecord): string {
  return new Date(record.endedAt ?? record.submittedAt).toISOString().replace('Z', '+00:00');
}
