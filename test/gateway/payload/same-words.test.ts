import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../../support/project.ts';
import { servePons } from '../../support/served.ts';
import { submit, waitForEnd, type Answer } from '../../support/workload.ts';

const LARGE = 1024 * 1024 + 1;

const bodies: [string, string, (size: number) => Buffer][] = [
  ['JSON that breaks off', 'application/json', (size) => Buffer.from(`["${'x'.repeat(size)}", `)],
  ['text that is no UTF-8', 'text/plain', (size) => Buffer.concat([Buffer.alloc(size, 0x61), Buffer.from([0xff])])],
];

test('what is wrong with a body is told in the same words at submission and by the predictor process', async () => {
  const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') };
  const served = await servePons(makeProject(files));
  const url = `${served.url}/api`;
  try {
    for (const [title, type, make] of bodies) {
      const refused = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: make(10) });
      assert.is(refused.status, 400, title);
      const early = ((await refused.json()) as Required<Pick<Answer, 'error'>>).error;
      const late = (await waitForEnd(url, await submit(url, new Uint8Array(make(LARGE)), type))).error;
      assert.is(late?.code, early.code, title);
      assert.is(late?.fix, early.fix, title);
      assert.is(late?.message.replace(/\d+/g, 'N'), early.message.replace(/\d+/g, 'N'), title);
    }
  } finally {
    await served.stop();
  }
});

test.run();
