import type { FastifyReply } from 'fastify';
import type { WorkloadStore } from '../../workloads/store.ts';
import { jsonAnswer } from '../answer.ts';
import type { ServedApi } from '../served-api.ts';

/** `GET <endpoint>`: the state of the API, its replicas and its queue. */
export async function describeApi(store: WorkloadStore, api: ServedApi, reply: FastifyReply): Promise<Buffer> {
  const { name, kind, endpoint } = api.spec;
  const { state, reason, replicas, processes } = api.status();
  const { inQueue, inProgress, oldestSubmittedAt } = await store.counts(name);
  const oldestWaitingSeconds = oldestSubmittedAt === null ? null : Math.max(0, Date.now() - oldestSubmittedAt) / 1000;
  const queue = { in_queue: inQueue, in_progress: inProgress, oldest_waiting_seconds: oldestWaitingSeconds };
  return jsonAnswer(reply, JSON.stringify({ name, kind, endpoint, state, reason, replicas, processes, queue }));
}
