import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection, requestBytes } from './http-connection.ts';
import { BODY } from './load.ts';
import { median } from './rounds.ts';

const POLL_MS = 1;
/** Between two workloads, so that each finds everything asleep. */
const REST_MS = 10;

/** The median of `calls` single workloads of an idle API at `url`, in ms from the POST to `completed`, asked for each millisecond on the same kept connection. */
export async function idleSubmitToCompletedMs(url: string, calls: number): Promise<number> {
  return medianMs(url, calls, async (connection, post) => {
    const { status, body } = await connection.send(post);
    if (status !== 200) throw new Error(`${url} answered ${status} ${body}`);
    const { id } = JSON.parse(body) as { id: string };
    const get = requestBytes(new URL(`${url}/${id}`));
    for (;;) {
      const answer = await connection.send(get);
      if (answer.body.includes('"status":"completed"')) return;
      if (!answer.body.includes('"status":"in_')) throw new Error(answer.body);
      await pause(POLL_MS);
    }
  });
}

/** The same of a single POST and its answer. */
export async function idlePostMs(url: string, calls: number): Promise<number> {
  return medianMs(url, calls, async (connection, post) => {
    await connection.send(post);
  });
}

async function medianMs(
  url: string,
  calls: number,
  act: (connection: HttpConnection, post: Buffer) => Promise<void>,
): Promise<number> {
  const target = new URL(url);
  const connection = await HttpConnection.open(target);
  const post = requestBytes(target, BODY);
  const took: number[] = [];
  try {
    for (let call = 0; call < calls; call += 1) {
      const begin = performance.now();
      await act(connection, post);
      took.push(performance.now() - begin);
      await pause(REST_MS);
    }
  } finally {
    connection.close();
  }
  return median(took);
}
