import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Execution, type ExecutionOptions } from '../../runtime/pool/execution.ts';
import type { PredictorProcess } from '../../runtime/predictor/process.ts';
import type { Lease } from '../../runtime/workloads/store.ts';

test('a workload that was cancelled while its payload was read is given to no process', async () => {
  const payload = { kind: 'file', path: '/nowhere', sizeBytes: 3 } as const;
  const lease: Lease = {
    ...{ api: 'a', id: '1', token: 't', contentType: 'text/plain', payload },
    ...{ attempt: 1, alone: false, submittedAt: 0 },
  };
  let isCancelled = false;
  const store = {
    read: () => {
      isCancelled = true;
      return Promise.resolve(new Uint8Array(3));
    },
  };
  const process = {
    predict: () => {
      throw new Error('it was given to a process');
    },
  };
  const execution = new Execution({ store } as unknown as ExecutionOptions);
  assert.ok(await execution.run(lease, process as unknown as PredictorProcess, () => isCancelled));
});

test.run();
