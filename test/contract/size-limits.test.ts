import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { servePons, type Served } from '../support/served.ts';
import { submit, waitForEnd } from '../support/workload.ts';

const MIB = 1024 * 1024;
let served: Served | null = null;

const source = predicting(`
if isinstance(payload, bytes):
    return {"bytes": len(payload), "last": payload[-1]}
return {"text": "x" * payload}
`);

test.before.each(async () => {
  served ??= await servePons(makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': source }));
});

test.after(async () => {
  await served?.stop();
});

function url(): string {
  return `${served?.url ?? ''}/api`;
}

test('a payload of 100 MB passes, to its last byte', async () => {
  const payload = new Uint8Array(100 * MIB);
  payload[payload.length - 1] = 7;
  const answer = await waitForEnd(url(), await submit(url(), payload, 'application/octet-stream'));
  assert.equal(answer.result, { bytes: 100 * MIB, last: 7 });
});

test('a payload of one byte more is refused with 413', async () => {
  const response = await fetch(url(), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(100 * MIB + 1),
  });
  assert.is(response.status, 413);
  assert.match(await response.text(), /PONS_ERR_HTTP_BODY_TOO_LARGE/);
});

test('a result of 100 MB passes', async () => {
  const characters = 100 * MIB - '{"text":""}'.length;
  const answer = await waitForEnd(url(), await submit(url(), String(characters), 'application/json'));
  assert.is((answer.result as { text: string }).text.length, characters);
});

test('a result of one byte more fails its workload, with both sizes', async () => {
  const characters = 100 * MIB - '{"text":""}'.length + 1;
  const answer = await waitForEnd(url(), await submit(url(), String(characters), 'application/json'));
  assert.is(answer.error?.code, 'PONS_ERR_RESULT_TOO_LARGE');
  assert.match(answer.error?.message ?? '', `${100 * MIB + 1} bytes`);
});

test.run();
