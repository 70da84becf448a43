import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { deadline } from '../../support/deadline.ts';
import { codeOf, messageOf, submitText } from '../samples.ts';
import { withStateDir, withStoreAt } from './with-store.ts';

const HOLDER = fileURLToPath(new URL('./lease-holder.ts', import.meta.url));
const open = (stateDir: string): Promise<unknown> => openEmbeddedStore({ stateDir });

/** Runs `act` while another process has the store of `stateDir` open; answers what kills that process. */
async function whileHeld(
  stateDir: string,
  act: (pid: number, kill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  const kill = async (): Promise<void> => {
    holder.kill('SIGKILL');
    await deadline(60_000, exited, 'the death of the holder');
  };
  try {
    await deadline(60_000, once(holder.stdout, 'data'), 'the opening by the holder');
    await act(holder.pid ?? 0, kill);
  } finally {
    await kill();
  }
}

test('a second supervisor is refused and told the first one by its process id', async () => {
  await withStateDir(async (stateDir) => {
    await whileHeld(stateDir, async (pid) => {
      assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STATE_LOCKED');
      assert.match(await messageOf(open(stateDir)), `process ${pid}`);
    });
  });
});

test('the refusal of a second supervisor does not disturb the first', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      for (let at = 0; at < 3; at += 1) {
        assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STATE_LOCKED');
        assert.is(await submitText(store, 'iris', String(at)), 'stored');
      }
    });
  });
});

test('a supervisor that was killed leaves no lock', async () => {
  await withStateDir(async (stateDir) => {
    await whileHeld(stateDir, async (_pid, kill) => {
      await kill();
      await withStoreAt(stateDir, async (store) => {
        assert.is(await submitText(store, 'iris', 'one'), 'stored');
      });
    });
  });
});

const strangers: Record<string, string> = {
  'a process that no longer lives': JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), startedAt: '1' }),
  'a process id that another program has now': JSON.stringify({ pid: process.pid, host: hostname(), startedAt: '1' }),
  'no JSON': 'x',
  nothing: '',
};

for (const [what, text] of Object.entries(strangers)) {
  test(`an owner file that names ${what} misleads nobody`, async () => {
    await withStateDir(async (stateDir) => {
      await whileHeld(stateDir, async () => {
        writeFileSync(join(stateDir, 'lock.owner'), text);
        assert.match(await messageOf(open(stateDir)), 'in use by another process');
      });
    });
  });
}

test('the state folder is free again once close has resolved', async () => {
  await withStateDir(async (stateDir) => {
    for (let at = 0; at < 3; at += 1) await withStoreAt(stateDir, () => Promise.resolve());
  });
});

test.run();
