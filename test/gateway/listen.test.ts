import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { assertListenable } from '../../runtime/gateway/listen.ts';
import { buildGateway } from '../../runtime/gateway/server.ts';
import { createMetrics } from '../../runtime/metrics/metrics.ts';
import { recordingLogger, withGateway, withStore } from './support/gateway.ts';

test('what cannot be listened on is said with address and remedy', async () => {
  await withGateway({}, async ({ port: taken }) => {
    await withStore(async (store) => {
      for (const [host, port, code] of [
        ['127.0.0.1', taken, 'PONS_ERR_HTTP_PORT_TAKEN'],
        ['localhost', taken, 'PONS_ERR_HTTP_PORT_TAKEN'],
        ['no-such-host.invalid', 0, 'PONS_ERR_HTTP_HOST_UNKNOWN'],
        ['192.0.2.1', 0, 'PONS_ERR_HTTP_HOST_UNKNOWN'],
        ['fe80::1', 0, 'PONS_ERR_HTTP_LISTEN_FAILED'],
        ['127.0.0.1', 65536, 'PONS_ERR_HTTP_PORT_INVALID'],
        ['127.0.0.1', -1, 'PONS_ERR_HTTP_PORT_INVALID'],
      ] as const) {
        const rest = { metrics: createMetrics(), logger: recordingLogger([]), limits: {}, allowedHosts: [] };
        const gateway = buildGateway({ store, apis: [], ...rest });
        try {
          await gateway.listen(host, port);
          assert.unreachable(`${host}:${port}`);
        } catch (error) {
          assert.ok(isKnownError(error), String(error));
          assert.is(error.code, code, `${host}:${port}`);
          assert.match(error.message, code === 'PONS_ERR_HTTP_PORT_INVALID' ? `${port}` : `${host}:${port}`);
          const before = await assertListenable(host, port).catch((early: unknown) => early);
          assert.equal(before instanceof Error && before.message, error.message);
        } finally {
          await gateway.close();
        }
      }
    });
  });
});

test.run();
