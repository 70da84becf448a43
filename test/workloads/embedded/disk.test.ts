import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { codeOf, submitText } from '../samples.ts';
import { withEmbeddedStore } from './with-store.ts';

const damages: readonly (readonly [title: string, act: (stateDir: string) => void])[] = [
  [
    'was deleted',
    (stateDir) => {
      rmSync(stateDir, { recursive: true });
    },
  ],
  [
    'was replaced by a copy',
    (stateDir) => {
      copyFileSync(join(stateDir, 'store.db'), join(stateDir, 'copy'));
      renameSync(join(stateDir, 'copy'), join(stateDir, 'store.db'));
    },
  ],
];

for (const [title, act] of damages) {
  test(`once the store ${title}, submissions are refused, and what was stored can still be fetched`, async () => {
    await withEmbeddedStore(async (store, stateDir) => {
      assert.is(await submitText(store, 'iris', 'before'), 'stored');
      act(stateDir);
      const refused = async (): Promise<void> => {
        while ((await store.refusal()) === null) await pause(20);
      };
      await deadline(30_000, refused(), 'a refusal');
      assert.is(await codeOf(submitText(store, 'iris', 'after')), 'PONS_ERR_STORE_DELETED');
      assert.is((await store.find('iris', 'before'))?.status, 'in_queue');
    });
  });
}

test.run();
