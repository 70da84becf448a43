import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from '../support/gateway.ts';

test('submissions are counted by what became of them', async () => {
  await withGateway(
    { limits: { bodyBytes: 10 }, offers: [{ name: 'iris', maxReplicaConcurrency: 1 }] },
    async ({ url }) => {
      const post = async (body: string, id: string) => {
        const headers = { 'content-type': 'application/json', 'x-request-id': id };
        await (await fetch(`${url}/iris`, { method: 'POST', body, headers })).text();
      };
      await post('{', 'a');
      await post('"0123456789"', 'a');
      await post('1', 'a');
      await post('1', 'a');
      await post('2', 'a');
      await post('1', 'b');
      const answer = await fetch(`${url}/metrics`);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      const text = await answer.text();
      for (const outcome of ['stored', 'known', 'conflict', 'invalid', 'too_large', 'refused']) {
        assert.match(text, `pons_submissions_total{api="iris",outcome="${outcome}"} 1\n`);
      }
    },
  );
});

test.run();
