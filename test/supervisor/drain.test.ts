import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, predicting } from '../support/project.ts';
import { servePons, type Served } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { submit, waitForEnd } from '../support/workload.ts';

const api = (name: string): string =>
  `- name: ${name}\n  kind: AsyncAPI\n  predictor: {type: python, path: ${name}.py}\n`;

/** Submits under an id of its own, so that after a death it finds the workload that it submitted before. */
const parent = predicting(
  `
def call(path, data=None):
    headers = {"content-type": "application/json", "x-request-id": request_id + ".child"}
    return json.load(urllib.request.urlopen(urllib.request.Request("http://api-child:8888" + path, data, headers)))
id = call("/predict", b'"for the parent"')["id"]
print("submitted", id)
while True:
    answer = call("/predict/" + id)
    if answer["status"] == "completed":
        return {"child": answer["result"]}
    time.sleep(0.05)
`,
  'import json, time, urllib.request',
);
const child = predicting('import time\ntime.sleep(0.4)\nreturn {"got": payload}');

async function waitForLine(served: Served, text: string): Promise<void> {
  const lapsedAt = Date.now() + 60_000;
  while (!served.lines.some((line) => line.includes(text))) {
    if (Date.now() > lapsedAt) throw new Error(`no line has ${text}`);
    await pause(20);
  }
}

test('a stop does not leave a workload waiting for one of another API that was submitted before the last death', async () => {
  const project = makeProject({ 'cortex.yaml': api('parent') + api('child'), 'parent.py': parent, 'child.py': child });
  const stateDir = makeTempDir();
  const first = await servePons(project, { stateDir });
  for (let count = 0; count < 100; count++) await submit(`${first.url}/child`, String(count), 'application/json');
  const id = await submit(`${first.url}/parent`, '1', 'application/json');
  await waitForLine(first, `submitted ${id}.child`);
  process.kill(first.pid, 'SIGKILL');
  await first.stop();
  const second = await servePons(project, { stateDir });
  await waitForLine(second, `submitted ${id}.child`);
  assert.is(await second.stop(), 0);
  const third = await servePons(project, { stateDir });
  try {
    assert.equal((await waitForEnd(`${third.url}/parent`, id)).result, { child: { got: 'for the parent' } });
  } finally {
    await third.stop();
  }
});

test.run();
