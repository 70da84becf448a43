import { request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { predict, submit, waitForEnd, type Answer } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

interface Refused {
  readonly status: number;
  readonly error: Answer['error'];
}

const MEGABYTE = 1024 * 1024;
const server = serveForAllTests(fixtureProject('payload'));

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

async function refusal(payload: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Refused> {
  const headers = { 'content-type': contentType };
  const response = await fetch(server.api('describe'), { method: 'POST', body: payload, headers });
  const { error } = (await response.json()) as Answer;
  return { status: response.status, error };
}

async function failure(payload: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Answer> {
  const answer = await waitForEnd(server.api('describe'), await submit(server.api('describe'), payload, contentType));
  assert.is(answer.status, 'failed');
  return answer;
}

/** How often the predictor has been called so far, this time included. */
async function calls(): Promise<number> {
  return ((await predict(server.api('describe'), 'null', 'application/json')) as { calls: number }).calls;
}

test('a request without a Content-Type gets 400', async () => {
  const { hostname, port } = new URL(server.url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request({ hostname, port, path: '/describe', method: 'POST' }, (response) => {
      resolve(response.resume().statusCode);
    })
      .on('error', reject)
      .end('{}');
  });
  assert.is(status, 400);
});

const BAD_JSON: readonly (readonly [body: string, words: RegExp])[] = [
  ['{"a": }', /Expecting value: line 1 column 7 \(char 6\)/],
  ['{"a": 1,}', /line 1 column 9 \(char 8\)|line 1 column 8 \(char 7\)/],
  ["{'a': 1}", /Expecting property name enclosed in double quotes: line 1 column 2 \(char 1\)/],
  ['[1, 2\n,, 3]', /Expecting value: line 2 column 2 \(char 7\)/],
  ['{} {}', /Extra data: line 1 column 4 \(char 3\)/],
  ['', /Expecting value: line 1 column 1 \(char 0\)/],
  ['"open', /Unterminated string starting at: line 1 column 1 \(char 0\)/],
];

for (const [body, words] of BAD_JSON) {
  test(`the JSON ${JSON.stringify(body)} gets 400 with the position, and no predictor is called`, async () => {
    const before = await calls();
    const { status, error } = await refusal(body, 'application/json');
    assert.is(status, 400);
    assert.match(error?.message ?? '', words);
    assert.is(await calls(), before + 1);
  });
}

test('JSON that is not valid UTF-8, and text that is not, get 400 with the position of the byte', async () => {
  const body = new Uint8Array([0x22, 0x61, 0xff, 0x22]);
  for (const type of ['application/json', 'text/plain']) {
    const { status, error } = await refusal(body, type);
    assert.is(status, 400);
    assert.match(error?.message ?? '', /position 2\b/);
    assert.match(error?.message ?? '', /0xff/);
  }
});

test('bad JSON above 1 MB fails its workload, in the words that a small body gets', async () => {
  const before = await calls();
  const small = await refusal('["x",}', 'application/json');
  const text = JSON.stringify('x'.repeat(MEGABYTE));
  const large = await failure(`[${text},}`, 'application/json');
  const words = /(?<words>the body is not valid JSON: [^:]+): line 1 column \d+ \(char \d+\)/;
  assert.is(
    words.exec(large.error?.message ?? '')?.groups?.['words'],
    words.exec(small.error?.message ?? '')?.groups?.['words'],
  );
  assert.match(large.error?.message ?? '', `char ${text.length + 2}`);
  assert.is(await calls(), before + 1);
});

test('bad UTF-8 text above 1 MB fails its workload, with the position', async () => {
  const body = new Uint8Array(MEGABYTE + 2).fill(0x61);
  body[MEGABYTE + 1] = 0xff;
  const { error } = await failure(body, 'text/plain');
  assert.match(error?.message ?? '', String(MEGABYTE + 1));
});

test('text that does not fit its charset, and an unknown charset, fail the workload; no predictor is called', async () => {
  const before = await calls();
  const unfit = await failure(bytes('gr\u00fcn'), 'text/plain; charset=ascii');
  assert.match(unfit.error?.message ?? '', /ascii.*position 2/i);
  const unknown = await failure('text', 'text/plain; charset=klingon-1');
  assert.match(unknown.error?.message ?? '', /charset "klingon-1" is unknown/);
  assert.is(await calls(), before + 1);
});

test('a payload that cannot be decoded is an error also where predict does not take it', async () => {
  const api = server.api('ignores-payload');
  const response = await fetch(api, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
  assert.is(response.status, 400);
  await response.body?.cancel();
  const id = await submit(api, 'text', 'text/plain; charset=klingon-1');
  assert.is((await waitForEnd(api, id)).status, 'failed');
});

test.run();
