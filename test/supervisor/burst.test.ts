import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HttpConnection, requestBytes } from '../support/bench/http-connection.ts';
import { notRun } from '../support/not-run.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { servePons } from '../support/served.ts';

const LIMIT = 100;
const CONNECTIONS = 64;
/** 4 KB: what 40,000 of them come to must not be in memory. */
const BODY = Buffer.from(JSON.stringify('x'.repeat(4094)));
const WARM_UP = 5_000;
const BURST = 40_000;
const MAX_GROWTH_BYTES = 100e6;

const files = {
  'cortex.yaml': `${oneApi()}${oneApi().replace('name: api', 'name: limited')}  autoscaling: {max_replica_concurrency: ${LIMIT}}\n`,
  'predictor.py': predicting('time.sleep(600)', 'import time'),
};

/** How often each status was the answer. */
async function burst(url: string, count: number): Promise<Map<number, number>> {
  const target = new URL(url);
  const request = requestBytes(target, BODY);
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(target)));
  const statuses = new Map<number, number>();
  let left = count;
  const client = async (connection: HttpConnection): Promise<void> => {
    while (left-- > 0) {
      const { status } = await connection.send(request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(connections.map(client));
  for (const connection of connections) connection.close();
  return statuses;
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function inFlight(url: string): Promise<number> {
  const { queue } = (await (await fetch(url)).json()) as { queue: { in_queue: number; in_progress: number } };
  return queue.in_queue + queue.in_progress;
}

test('a burst of tens of thousands of submissions is stored, not held in memory; past a limit each gets 503, and none is lost', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the memory of a process is read from /proc');
    return;
  }
  const served = await servePons(makeProject(files));
  try {
    const open = `${served.url}/api`;
    assert.equal(await burst(open, WARM_UP), new Map([[200, WARM_UP]]));
    const before = residentBytes(served.pid);
    assert.equal(await burst(open, BURST), new Map([[200, BURST]]));
    const growth = residentBytes(served.pid) - before;
    assert.ok(growth < MAX_GROWTH_BYTES, `it grew by ${growth} bytes`);
    assert.is(await inFlight(open), WARM_UP + BURST);

    const limited = `${served.url}/limited`;
    assert.equal(
      await burst(limited, 5_000),
      new Map([
        [200, LIMIT],
        [503, 5_000 - LIMIT],
      ]),
    );
    assert.is(await inFlight(limited), LIMIT);
    const refused = await fetch(limited, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
    assert.equal([refused.status, Number(refused.headers.get('retry-after')) > 0], [503, true]);
  } finally {
    // Twice: the first one waits for what runs.
    process.kill(served.pid, 'SIGTERM');
    while (!served.lines.some((line) => line.includes('stopping:'))) await pause(20);
    await served.stop();
  }
});

test.run();
