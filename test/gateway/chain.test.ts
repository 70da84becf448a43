import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listenForChaining } from '../../runtime/gateway/chain.ts';
import { createMetrics } from '../../runtime/metrics/metrics.ts';
import { offer, recordingLogger, withStore } from './support/gateway.ts';
import { codeOf, exchange } from './support/raw.ts';

test('each API has an address of its own, where predictors submit and fetch', async () => {
  await withStore(async (store) => {
    const apis = [offer(store, { name: 'a' }), offer(store, { name: 'b', endpoint: '/elsewhere' })];
    const chain = await listenForChaining({
      store,
      apis,
      metrics: createMetrics(),
      logger: recordingLogger([]),
      limits: {},
      submitted: () => undefined,
    });
    try {
      assert.equal([...chain.hosts.keys()], ['api-a', 'api-b']);
      const addresses = [...chain.hosts.values()];
      assert.is(new Set(addresses.map(({ address }) => address)).size, 2);
      for (const [host, { address, port }] of chain.hosts) {
        assert.match(address, /^127\.(?!0\.0\.1$)/);
        assert.is(port, 8888);
        for (const [index, path] of ['/', '/predict'].entries()) {
          const id = `w${index}`;
          const head = `POST ${path} HTTP/1.1\r\nHost: ${host}:8888\r\nContent-Type: text/plain\r\nx-request-id: ${id}\r\nContent-Length: 1\r\n\r\na`;
          assert.is((await exchange(port, head, address)).body, `{"id":"${id}"}`);
          for (const prefix of ['', '/predict']) {
            const answer = await exchange(
              port,
              `GET ${prefix}/${id} HTTP/1.1\r\nHost: ${address}:8888\r\n\r\n`,
              address,
            );
            assert.is(answer.body, `{"id":"${id}","status":"in_queue"}`);
          }
        }
        for (const foreign of ['example.com', 'localhost', 'api-other', '127.0.0.1']) {
          const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: ${foreign}\r\n\r\n`, address);
          assert.is(answer.status, 403, foreign);
        }
        const unknown = await exchange(port, `GET /a/b/c HTTP/1.1\r\nHost: ${host}\r\n\r\n`, address);
        assert.is(codeOf(unknown.body), 'PONS_ERR_HTTP_ROUTE_UNKNOWN');
      }
      assert.is((await store.counts('a')).inQueue, 2);
    } finally {
      await chain.close();
    }
    for (const { address, port } of chain.hosts.values()) {
      const again = createServer().listen(port, address);
      await once(again, 'listening');
      again.close();
    }
  });
});

test.run();
