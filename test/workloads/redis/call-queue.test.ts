import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { openCallQueue } from '../../../runtime/workloads/redis/call-queue.ts';
import { deadline } from '../../support/deadline.ts';
import { messageOf } from '../samples.ts';
import { withProxy } from './with-proxy.ts';

test('a queue of calls is given up where connections are made and nothing comes back', async () => {
  await withProxy(async (proxy, url) => {
    proxy.mute();
    const opened = messageOf(openCallQueue(parseRedisUrl(url), 'iris', null));
    assert.match(await deadline(10_000, opened, 'giving up'), 'given up');
    proxy.heal();
    const queue = await openCallQueue(parseRedisUrl(url), 'iris', null);
    assert.ok(await queue.call());
    queue.end();
  });
});

test.run();
