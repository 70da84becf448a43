import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { alone } from '../alone.ts';
import { isAlive } from '../processes.ts';
import { baseImagesScript } from './bases.ts';
import { engineAt, type Engine } from './engine.ts';
import { forgetUse, inUse, lockOf } from './uses.ts';

const STOP_MS = 20_000;
const POLL_MS = 200;

/**
 * Removes what the run of this process has made in a container engine, and what runs that were killed have left; ends the engine that was started for
 * them when no other run uses it. The cache of builds stays.
 */
export async function cleanUpContainers(runner = process.pid): Promise<void> {
  const uses = inUse();
  if (uses.length === 0) return;
  await alone(lockOf('engine'), async () => {
    for (const use of inUse()) {
      if (use.runner !== runner && isAlive(use.runner)) continue;
      // Whose engine is gone has nothing there that could be removed.
      await removeAll(engineAt(use.host, use.runner)).catch(() => undefined);
      forgetUse(use.runner);
      if (use.started && !inUse().some(({ host }) => host === use.host)) await stopEngine(use.host, use.runner);
    }
  });
}

/** Resolves when it has ended: the next run would take one that is about to for one that it can use. */
async function stopEngine(host: string, runner: number): Promise<void> {
  await execa(baseImagesScript, ['stop']);
  const { docker } = engineAt(host, runner);
  const lapsesAt = Date.now() + STOP_MS;
  const answers = (): Promise<boolean> =>
    docker(['info']).then(
      () => true,
      () => false,
    );
  while (Date.now() < lapsesAt && (await answers())) await pause(POLL_MS);
}

async function removeAll({ docker, prefix }: Engine): Promise<void> {
  const remove = async (list: readonly string[], command: readonly string[]): Promise<void> => {
    const found = (await docker(list)).split('\n').filter((line) => line !== '');
    if (found.length > 0) await docker([...command, ...found]);
  };
  // Not what a run bears whose number goes on after the digits of this one.
  const named = ['--quiet', '--filter', `name=^/?${prefix}[^0-9]`];
  await remove(['ps', '--all', ...named], ['rm', '--force', '--volumes']);
  await remove(['network', 'ls', ...named], ['network', 'rm']);
  await remove(['volume', 'ls', ...named], ['volume', 'rm']);
  for (const reference of [`${prefix}/*`, `${prefix}/*/*`]) {
    const listed = ['image', 'ls', '--filter', `reference=${reference}`, '--format', '{{.Repository}}:{{.Tag}}'];
    await remove(listed, ['image', 'rm', '--force']);
  }
}
