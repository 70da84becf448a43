import { startModule, startPythonServer } from './fast-api.ts';
import { startRedis } from './redis.ts';
import { peersPython } from './venv.ts';

/** A task queue of Python on a Redis of its own, behind FastAPI, with one worker process. */
export interface TaskQueue {
  /** `POST` here stores a task and answers its id; `GET <url><id>` answers its status and result. */
  readonly url: string;
  /** Rejects when the worker has ended by itself; never resolves. */
  readonly workerDied: Promise<never>;
  end(): Promise<void>;
}

/*
 * What is set, the rest being default. Server: FastAPI as in the no-op; the task is sent within the coroutine, which stores more/s than a thread for each
 * request does. Celery: one process of its prefork pool, warnings only in its log. Huey: one worker, as is its default, which is a thread of the consumer;
 * errors only in its log.
 */
const QUEUES = {
  celery: {
    module: 'celery_noop',
    worker: ['celery', '-A', 'celery_noop', 'worker', '-c', '1', '-l', 'WARNING'],
  },
  huey: { module: 'huey_noop', worker: ['huey.bin.huey_consumer', 'huey_noop.app', '-w', '1', '-q'] },
} as const;

/** Starts it; null where there is no redis-server. */
export async function startTaskQueue(name: keyof typeof QUEUES): Promise<TaskQueue | null> {
  const redis = await startRedis();
  if (redis === null) return null;
  const { module, worker } = QUEUES[name];
  const env = { ...process.env, BENCH_REDIS: redis.url };
  const server = await startPythonServer(module, env);
  const consumer = startModule(await peersPython(), worker, env);
  return {
    url: server.url,
    workerDied: consumer.died,
    end: async () => {
      await Promise.all([consumer.end(), server.end()]);
      await redis.end();
    },
  };
}
