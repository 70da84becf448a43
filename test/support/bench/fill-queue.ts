import { createHash, randomUUID } from 'node:crypto';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { openRedisStore } from '../../../runtime/workloads/redis/open.ts';
import { makeTempDir, removeTempDir } from '../temp-dir.ts';
import { BODY } from './load.ts';

const IN_FLIGHT = 256;

/** Puts `count` workloads of 1 KB into the queue of `api` in the Redis at `url`: about ten thousand a second. */
export async function fillQueue(url: string, api: string, count: number): Promise<void> {
  const spoolDir = makeTempDir();
  const { store } = await openRedisStore({ address: parseRedisUrl(url), apis: [api], spoolDir });
  const digest = createHash('sha256').update(BODY).digest();
  let left = count;
  const submit = async (): Promise<void> => {
    while (left-- > 0) {
      const received = { body: { kind: 'bytes', bytes: BODY } as const, digest };
      await store.submit({ api, id: randomUUID(), isNewId: true, contentType: 'application/json', received });
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, submit));
  } finally {
    await store.close();
    removeTempDir(spoolDir);
  }
}
