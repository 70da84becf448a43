import { startModule, startPythonServer } from './fast-api.ts';
import { startRedis } from './redis.ts';
import { type Peers, peersPython } from './venv.ts';

/** A task queue of Python on a Redis of its own, behind FastAPI, with one worker process. */
export interface TaskQueue {
  /** `POST` here stores a task and answers its id; `GET <url><id>` answers its status and result. */
  readonly url: string;
  /** Rejects when the worker has ended by itself; never resolves. */
  readonly workerDied: Promise<never>;
  end(): Promise<void>;
}

interface Settings {
  readonly module: string;
  readonly worker: readonly string[];
  /** Where its packages are. */
  readonly peers?: Peers;
}

/*
 * What is set, the rest being default. Server: FastAPI as in the no-op; the task is sent within the coroutine, which stores more/s than a thread for each
 * request does. Celery: one process of its prefork pool, warnings only in its log. Huey: one worker, as is its default, which is a thread of the consumer;
 * errors only in its log. Dramatiq: one process, whose default is eight threads. RQ: the worker that does not fork for each task.
 * arq: nothing in its log. taskiq: one process, a list as broker.
 */
const QUEUES = {
  celery: {
    module: 'celery_noop',
    worker: ['celery', '-A', 'celery_noop', 'worker', '-c', '1', '-l', 'WARNING'],
  },
  huey: { module: 'huey_noop', worker: ['huey.bin.huey_consumer', 'huey_noop.app', '-w', '1', '-q'] },
  dramatiq: { module: 'dramatiq_noop', worker: ['dramatiq', 'dramatiq_noop', '-p', '1'] },
  rq: { module: 'rq_noop', worker: ['rq.cli', 'worker', '-w', 'rq.SimpleWorker', '-q'] },
  arq: {
    module: 'arq_noop',
    worker: ['arq', 'arq_noop.WorkerSettings', '--custom-log-dict', 'arq_noop.LOGS'],
    peers: 'arq',
  },
  taskiq: {
    module: 'taskiq_noop',
    worker: ['taskiq', 'worker', 'taskiq_noop:broker', '-w', '1', '--log-level', 'WARNING'],
  },
} as const satisfies Record<string, Settings>;

/** Starts it; null where there is no redis-server. */
export async function startTaskQueue(name: keyof typeof QUEUES): Promise<TaskQueue | null> {
  const redis = await startRedis();
  if (redis === null) return null;
  const { module, worker, peers = 'peers' }: Settings = QUEUES[name];
  // RQ's worker reads the second.
  const env = { ...process.env, BENCH_REDIS: redis.url, RQ_REDIS_URL: redis.url };
  const server = await startPythonServer(module, env, peers);
  const consumer = startModule(await peersPython(peers), worker, env);
  return {
    url: server.url,
    workerDied: consumer.died,
    end: async () => {
      await Promise.all([consumer.end(), server.end()]);
      await redis.end();
    },
  };
}
