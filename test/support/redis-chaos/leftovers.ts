import { ask } from '../chaos/http.ts';
import type { Stage } from './stage.ts';

const APIS = ['quick', 'slow'];

/** What queues and leases still hold when everything has ended, in words. */
export async function leftoversIn({ gateways, redis }: Stage): Promise<string[]> {
  const found: string[] = [];
  for (const api of APIS) {
    for (const { name, url } of gateways) {
      const heard = await ask({ method: 'GET', url: `${url ?? ''}/${api}` });
      const { queue } = JSON.parse(heard?.text ?? '{}') as { queue?: { in_queue: number; in_progress: number } };
      if (queue?.in_queue !== 0 || queue.in_progress !== 0)
        found.push(`${name}: ${api} counts ${JSON.stringify(queue)}`);
    }
    for (const key of ['queue', 'leases']) {
      const count = redis.command('ZCARD', `pons:{${api}}:${key}`);
      if (count !== '0') found.push(`the ${key} of ${api} still hold ${count}`);
    }
  }
  return found;
}
