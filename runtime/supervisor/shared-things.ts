import { statfs } from 'node:fs/promises';
import type { ApiSpec } from '../config/spec.ts';
import type { Isolation } from '../predictor/isolation.ts';

/** What has to be said at start of things that processes share here and had for themselves in Cortex, a sentence each. */
export async function sharedThings(isolation: Isolation, specs: readonly ApiSpec[]): Promise<string[]> {
  if (isolation.kind === 'namespace') return [];
  const inContainer = isolation.kind === 'container';
  // A container can have been started with what its API asks for.
  const hasBytes = inContainer ? await sizeOf('/dev/shm') : 0;
  const withShm = specs.filter(({ predictor }) => (predictor.shmSizeBytes ?? 0) > hasBytes);
  const shm = withShm.map(({ name }) => sharedShm(name, inContainer ? IN_CONTAINER : ON_MACHINE));
  if (!inContainer) return [sharedMachine(isolation.reason), ...shm];
  const several = specs.filter(({ predictor }) => predictor.processesPerReplica > 1);
  return [...several.map(({ name }) => sharedTmp(name)), ...shm];
}

const IN_CONTAINER =
  'in a container: its processes have the smaller /dev/shm of that, whose size is set where it is started';
const ON_MACHINE =
  'on this machine, which permits no private mount namespaces: its processes have the /dev/shm of ' +
  'the machine, or of the container, whose size is set where that is started';

async function sizeOf(mount: string): Promise<number> {
  const found = await statfs(mount).catch(() => null);
  return found === null ? 0 : found.blocks * found.bsize;
}

function sharedMachine(reason: string): string {
  return (
    `this machine permits no private mount namespaces (${reason}): processes share /tmp, each works on a copy of the project, and the names ` +
    'api-<name> are known to Python code only, not to sub-processes and resolvers written in C'
  );
}

function sharedTmp(api: string): string {
  return `${api}: the processes of a replica are in one container, so that they share /tmp and the project's folder`;
}

function sharedShm(api: string, where: string): string {
  return `${api}: predictor.shm_size has no effect ${where}`;
}
