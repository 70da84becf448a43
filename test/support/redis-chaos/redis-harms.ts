import type { Harm, Scene } from './harm.ts';
import { withRoomForNobody } from './no-room.ts';

const SHORT_MS = 5000;
/** Longer than a lease. */
const LONG_MS = 30_000;
/** One way, so that a question and its answer take twice as long. */
const SLOW_MS = 100;
/** Nothing listens there, so that a replica of it never gets other data in place of its own. */
const NO_PRIMARY = ['127.0.0.1', '1'] as const;

const aWhile = (scene: Scene): Promise<void> => scene.wait(scene.lasting(SHORT_MS, LONG_MS));

/** What happens to Redis, or to the way there of all processes. */
export const REDIS_HARMS: readonly Harm[] = [
  to('Redis is killed', async ({ stage, random, wait }) => {
    await stage.redis.kill();
    await wait(random() * 2000);
    await stage.redis.start();
  }),
  to('Redis forgets its scripts', ({ stage }) => {
    stage.redis.command('SCRIPT', 'FLUSH');
    return Promise.resolve();
  }),
  to('Redis pauses its clients', async (scene) => {
    // Whoever asked for the end of the pause would be paused, too.
    const ms = Math.round(scene.lasting(SHORT_MS, LONG_MS));
    scene.stage.redis.command('CLIENT', 'PAUSE', String(ms), 'ALL');
    await scene.wait(ms);
  }),
  to('Redis is frozen', async (scene) => {
    scene.stage.redis.freeze();
    await aWhile(scene);
    scene.stage.redis.thaw();
  }),
  to('Redis is full', async (scene) => {
    scene.stage.redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await aWhile(scene);
    scene.stage.redis.command('CONFIG', 'SET', 'maxmemory', '0');
  }),
  to('Redis has no room for connections', (scene) => withRoomForNobody(scene.stage.redis.port, () => aWhile(scene))),
  to('Redis is a replica', async (scene) => {
    scene.stage.redis.command('REPLICAOF', ...NO_PRIMARY);
    await aWhile(scene);
    scene.stage.redis.command('REPLICAOF', 'NO', 'ONE');
  }),
  to('connections swallow', ({ stage, random }) => {
    const isForAll = random() < 0.5;
    for (const { proxy } of stage.actors) if (isForAll || random() < 0.3) proxy.swallow();
    return Promise.resolve();
  }),
  to('connections are slow', async (scene) => {
    for (const { proxy } of scene.stage.actors) proxy.delay(SLOW_MS);
    await aWhile(scene);
    for (const { proxy } of scene.stage.actors) proxy.delay(0);
  }),
];

function to(name: Harm['name'], act: (scene: Scene) => Promise<void>): Harm {
  return { name, to: 'redis', act };
}
