import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from '../support/gateway.ts';

test('a body that no predictor could be given is refused with a code, and nothing is stored', async () => {
  await withGateway({}, async ({ url, store }) => {
    for (const [type, body] of [
      ['application/json', '{"a": '],
      ['application/json', ''],
      ['text/plain', Buffer.from([0xff])],
      ['text/plain; charset=utf-8', Buffer.from([0x61, 0xc3])],
    ] as const) {
      const response = await fetch(`${url}/iris`, { method: 'POST', headers: { 'content-type': type }, body });
      const { error } = (await response.json()) as { error: { code: string } };
      assert.equal([response.status, error.code], [400, 'PONS_ERR_PAYLOAD_INVALID'], `${type}: ${String(body)}`);
    }
    assert.is((await store.counts('iris')).inQueue, 0);
  });
});

test.run();
