import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MemoryShare } from '../../../runtime/predictor/memory/share.ts';
import { predicting } from '../../support/project.ts';
import { ask, withPredictor } from '../../support/with-predictor.ts';

test('a share is told that its process has ended, by itself or by Pons, before it is asked what that was', async () => {
  for (const body of ['import os; os._exit(3)', 'return {}']) {
    const told: string[] = [];
    const share: MemoryShare = {
      admit: () =>
        Promise.resolve({
          begins: () => told.push('begins'),
          exited: () => told.push('exited'),
          end: () => {
            told.push('end');
            return Promise.resolve(null);
          },
        }),
    };
    await withPredictor({ files: { 'predictor.py': predicting(body) }, memory: share }, async (started) => {
      await ask(started, 'one', null);
    });
    assert.equal(told, ['begins', 'exited', 'end'], body);
  }
});

test.run();
