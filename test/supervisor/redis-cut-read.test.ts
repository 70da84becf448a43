import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { ended } from '../support/redis/ended.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

/** More than what sockets hold that nobody reads from. */
const LARGE = 60 * 1024 * 1024;

test('a result whose parts go while it is read is cut off, and the log says so', async () => {
  await withRedis(async (server) => {
    const predictor = predicting('return {"text": "x" * payload}');
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predictor });
    try {
      const { url } = await cast.start('both');
      await ask(`${url}/api`, 'POST', String(LARGE), 'one');
      await ended(`${url}/api/one`);
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write('GET /api/one HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'readable');
      server.command('UNLINK', server.command('HGET', 'pons:{api}:w:one', 'chunks'));
      const closed = once(socket, 'close');
      socket.resume();
      await closed;
      const says = (line: string): boolean => /"\/api\/one".*sent in part only.*is missing/.test(line);
      await until(() => Promise.resolve(cast.lines.some(says) ? true : null));
      assert.ok(socket.bytesRead < LARGE);
    } finally {
      await cast.end();
    }
  });
});

test.run();
