import { nextTick } from 'node:process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../runtime/errors/known-error.ts';
import type { ErrorView } from '../../runtime/errors/render.ts';
import { createLogger } from '../../runtime/log/logger.ts';
import { Execution, type ExecutionOptions } from '../../runtime/pool/execution.ts';
import { Settlements } from '../../runtime/pool/settle.ts';
import type { PredictorProcess } from '../../runtime/predictor/process.ts';
import type { GiveBack, Lease } from '../../runtime/workloads/store.ts';

const payload = { kind: 'file', path: '/nowhere', sizeBytes: 3 } as const;
const lease: Lease = {
  ...{ api: 'a', id: '1', token: 't', contentType: 'text/plain', payload },
  ...{ attempt: 1, alone: false, submittedAt: 0 },
};
const logger = createLogger({ write: () => true, onceDrained: () => undefined, close: () => Promise.resolve() });

test('a workload that was cancelled while its payload was read is given to no process', async () => {
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

for (const [what, error, costs] of [
  [
    'a store that is away costs no attempt',
    KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: 'redis://a', reason: 'silence' }),
    'not_begun',
  ],
  [
    'a bucket that is away costs no attempt',
    KnownError.of('PONS_ERR_PAYLOADS_UNREACHABLE', { place: 's3://b', endpoint: 'http://a', reason: 'silence' }),
    'not_begun',
  ],
  [
    'a payload that is not what was stored costs an attempt',
    KnownError.of('PONS_ERR_PAYLOADS_DAMAGED', { object: 's3://b/c', expected: '1', got: '2' }),
    'process_died',
  ],
  [
    'a payload whose file is shorter than it was costs an attempt',
    KnownError.of('PONS_ERR_WORKLOAD_BODY_DAMAGED', { problem: 'a file has 1 byte and had 2' }),
    'process_died',
  ],
  [
    'a payload that alone is refused costs an attempt',
    KnownError.of('PONS_ERR_PAYLOADS_REFUSED', { object: 's3://b/c', reason: 'AccessDenied' }),
    'process_died',
  ],
  [
    'a payload on a broken disk costs an attempt',
    KnownError.of('PONS_ERR_STORE_IO', { path: '/nowhere', reason: 'EIO' }),
    'process_died',
  ],
] as const) {
  test(what, async () => {
    const kinds: GiveBack['kind'][] = [];
    const store = {
      read: () => Promise.reject(error),
      giveBack: (_: Lease, { kind }: GiveBack) => Promise.resolve(kinds.push(kind)),
    };
    const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
    const pool = new AbortController();
    const options = { store, logger, settlements, abandoned: pool.signal };
    const execution = new Execution(options as unknown as ExecutionOptions);
    const run = execution.run(lease, {} as unknown as PredictorProcess, () => false);
    // Before any timer, however late this process gets the processor.
    await new Promise<void>(nextTick);
    assert.equal(kinds, [], 'not at once: it would be leased anew at once');
    pool.abort();
    assert.not(await run);
    await settlements.allSettled();
    assert.equal(kinds, [costs]);
  });
}

test('a payload that is gone ends its workload with the error that says so', async () => {
  const codes: string[] = [];
  const store = {
    read: () => Promise.reject(KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path: '/nowhere' })),
    fail: (_: Lease, { code }: ErrorView) => Promise.resolve(codes.push(code)),
  };
  const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
  const execution = new Execution({ store, logger, settlements } as unknown as ExecutionOptions);
  assert.not(await execution.run(lease, {} as unknown as PredictorProcess, () => false));
  await settlements.allSettled();
  assert.equal(codes, ['PONS_ERR_WORKLOAD_BODY_MISSING']);
});

test('a result that the store can never hold ends its workload with the error that says so', async () => {
  const failed: string[] = [];
  const tooLarge = KnownError.of('PONS_ERR_REDIS_RESULT_TOO_LARGE', {
    ...{ address: 'redis://a', sizeBytes: 2, neededBytes: 3, limitBytes: 1 },
  });
  const store = {
    read: () => Promise.resolve(new Uint8Array(3)),
    complete: () => Promise.reject(tooLarge),
    // It cannot be told so at once.
    fail: (_: Lease, { code }: ErrorView) =>
      failed.push(code) === 1 ? Promise.reject(new Error('it is away')) : Promise.resolve('done'),
  };
  const process = {
    predict: () => Promise.resolve({ kind: 'completed', result: Buffer.from('{}'), runMs: 1 }),
  };
  const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
  const execution = new Execution({ store, logger, settlements } as unknown as ExecutionOptions);
  assert.ok(await execution.run(lease, process as unknown as PredictorProcess, () => false));
  await settlements.allSettled();
  assert.equal(failed, ['PONS_ERR_REDIS_RESULT_TOO_LARGE', 'PONS_ERR_REDIS_RESULT_TOO_LARGE']);
});

test('what nobody is there to run is given back again until the store takes it', async () => {
  const tries: string[] = [];
  const store = {
    giveBack: ({ id }: Lease, { kind }: GiveBack) =>
      tries.push(`${id} ${kind}`) === 1 ? Promise.reject(new Error('it is away')) : Promise.resolve('in_queue'),
  };
  const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
  const execution = new Execution({ store, logger, settlements } as unknown as ExecutionOptions);
  execution.giveBackUntilTaken([lease]);
  await settlements.allSettled();
  assert.equal(tries, ['1 not_begun', '1 not_begun']);
});

test.run();
