import type { Actor } from './actor.ts';
import type { Harm, Scene } from './harm.ts';

/** A lease lapses after 15 s, which is seen within 2. */
const PAST_LEASES_MS = 17_500;
const PAST_LEASES_RANGE_MS = 3000;
const SHORT_MS = 5000;

/** Half of the time past the leases, half of the time not. */
const aWhile = ({ random, wait }: Scene): Promise<void> =>
  wait(random() < 0.5 ? PAST_LEASES_MS + random() * PAST_LEASES_RANGE_MS : random() * SHORT_MS);

/** Comes back after its leases have lapsed, with what it has run meanwhile. */
export const FROZEN_PAST_LEASES: Harm = {
  name: 'a host is frozen',
  to: 'hosts',
  act: (scene, victim) => frozen(victim, () => scene.wait(PAST_LEASES_MS + scene.random() * PAST_LEASES_RANGE_MS)),
};

/** What happens to one process. */
export const PROCESS_HARMS: readonly Harm[] = [
  { name: 'a host is frozen', to: 'hosts', act: (scene, victim) => frozen(victim, () => aWhile(scene)) },
  { name: 'a host is cut off', to: 'hosts', act: cutOff },
  { name: 'a gateway is cut off', to: 'gateways', act: cutOff },
  { name: 'a host is killed', to: 'hosts', act: killed },
  { name: 'a gateway is killed', to: 'gateways', act: killed },
  { name: 'a host is stopped', to: 'hosts', act: stopped },
  { name: 'a gateway is stopped', to: 'gateways', act: stopped },
  {
    name: 'a predictor is killed',
    to: 'hosts',
    act: ({ random }, victim) => {
      victim.killPredictor(random);
      return Promise.resolve();
    },
  },
];

async function frozen(victim: Actor, wait: () => Promise<void>): Promise<void> {
  victim.freeze();
  await wait();
  victim.thaw();
}

async function cutOff(scene: Scene, { proxy }: Actor): Promise<void> {
  proxy.cut();
  await aWhile(scene);
  proxy.heal();
}

async function killed({ stage, random, wait }: Scene, victim: Actor): Promise<void> {
  await victim.kill();
  await wait(random() * SHORT_MS);
  await victim.start(stage.over);
}

async function stopped({ stage }: Scene, victim: Actor): Promise<void> {
  const code = await victim.stop();
  if (code !== 0) throw new Error(`${victim.name} was asked to stop and ended with ${String(code)}`);
  await victim.start(stage.over);
}
