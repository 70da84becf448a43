import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { predicting } from '../support/project.ts';
import { defaultPython } from '../support/pythons.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { ended } from '../support/redis/ended.ts';
import { makeNotes } from '../support/redis/notes.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

const CONFIGURATION = `
- {name: caller, kind: AsyncAPI, predictor: {type: python, path: caller.py}}
- {name: other, kind: AsyncAPI, predictor: {type: python, path: other.py}, autoscaling: {max_replica_concurrency: 1}}
`;

/** Hands its payload on to the other API, and answers with what is said of it and of the workload. */
const CALLER = predicting(
  `
def call(path, data=None):
    headers = {"content-type": "application/json", "x-request-id": request_id}
    try:
        return json.load(urlopen(Request("http://api-other:8888" + path, data, headers)))
    except HTTPError as error:
        return json.load(error)
made = call("/predict", json.dumps(payload).encode())
while "id" in made:
    answer = call("/predict/" + made["id"])
    if answer["status"] not in ("in_queue", "in_progress"):
        break
    time.sleep(0.05)
else:
    return made
# What another host says of itself is heard a second later.
while call("/")["state"] != "live":
    time.sleep(0.05)
return {"answer": answer["result"], "state": "live"}
`,
  'import json, time\nfrom urllib.error import HTTPError\nfrom urllib.request import Request, urlopen',
);

const files = (other: string): Record<string, string> => ({
  'cortex.yaml': CONFIGURATION,
  'caller.py': CALLER,
  'other.py': predicting(other, 'import os, time'),
});

for (const role of ['predictors', 'both'] as const) {
  test(`a predictor of a host with the role ${role} that --api restricts calls an API that another host runs`, () =>
    withRedis(async (server) => {
      const cast = new Cast(server, files('return {"doubled": 2 * payload}'));
      try {
        const gateway = await cast.start('gateway');
        await cast.start(role, { args: ['--api', 'caller'] });
        await cast.start('predictors', { args: ['--api', 'other'] });
        await until(async () => ((await ask(`${gateway.url}/readyz`)).status === 200 ? true : null), 60_000);
        await ask(`${gateway.url}/caller`, 'POST', '21', 'one');
        const { result } = await ended(`${gateway.url}/caller/one`);
        assert.equal(result, { answer: { doubled: 42 }, state: 'live' });
        assert.equal((await ask(`${gateway.url}/other/one`)).json['result'], { doubled: 42 });
      } finally {
        await cast.end();
      }
    }));
}

test('a host that is told to stop waits for what its predictors wait for on another one, and the limit of that API holds for them', () =>
  withRedis(async (server) => {
    const notes = makeNotes();
    const wait = `open("${notes}/begun", "w").close()\nwhile not os.path.exists("${notes}/go"):\n    time.sleep(0.05)\nreturn {}`;
    const cast = new Cast(server, files(wait));
    try {
      const gateway = await cast.start('gateway');
      const calling = await cast.start('predictors', { args: ['--api', 'caller'] });
      await cast.start('predictors', { args: ['--api', 'other'] });
      await ask(`${gateway.url}/other`, 'POST', '0', 'first');
      await until(() => Promise.resolve(existsSync(join(notes, 'begun')) ? true : null), 60_000);
      await ask(`${gateway.url}/caller`, 'POST', '1', 'refused');
      const { result } = await ended(`${gateway.url}/caller/refused`);
      assert.is((result as { error: { code: string } }).error.code, 'PONS_ERR_HTTP_QUEUE_FULL');
      await ask(`${gateway.url}/other/first`, 'DELETE');
      await ask(`${gateway.url}/caller`, 'POST', '2', 'second');
      await until(async () => ((await ask(`${gateway.url}/other/second`)).status === 200 ? true : null));
      const stopped = calling.stop();
      writeFileSync(join(notes, 'go'), '');
      assert.is(await stopped, 0);
      assert.is((await ask(`${gateway.url}/caller/second`)).json['status'], 'completed');
    } finally {
      await cast.end();
    }
  }));

test('in a container the names are those of its network', () =>
  withRedis(async (server) => {
    const resolve =
      'try:\n    return {"found": socket.gethostbyname("api-other")}\nexcept OSError:\n    return {"found": None}';
    const cast = new Cast(server, { ...files('return {}'), 'caller.py': predicting(resolve, 'import socket') });
    try {
      const args = ['--in-container', '--python', defaultPython.executable, '--api', 'caller'];
      const { url } = await cast.start('both', { args });
      await ask(`${url}/caller`, 'POST', '1', 'one');
      assert.equal((await ended(`${url}/caller/one`))['result'], { found: null });
    } finally {
      await cast.end();
    }
  }));

test.run();
