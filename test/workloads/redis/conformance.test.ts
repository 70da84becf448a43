import { conformance } from '../conformance.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from './with-store.ts';

conformance('redis', (act) => withRedis((server) => withStoreIn(server, act)));
