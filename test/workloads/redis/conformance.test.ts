import { conformance } from '../conformance.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from './with-store.ts';

// Looking into a queue that others may have filled calls those who listen to it, too: they are counted.
const neverLooks = { pollMs: 3_600_000 };

conformance('redis', (act) => withRedis((server) => withStoreIn(server, act, neverLooks)));
