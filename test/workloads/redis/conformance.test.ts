import { conformance } from '../conformance.ts';
import { withRedis, withStoreIn } from './with-store.ts';

conformance('redis', (act) => withRedis((server) => withStoreIn(server, act)));
