import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { threadVariables } from '../../../runtime/predictor/compute/thread-variables.ts';

const spec = { cpuMillis: 2000, cpuWritten: true, memBytes: null, gpu: 0 };

for (const [cpuMillis, processes, expected] of [
  [20, 1, '1'],
  [1000, 1, '1'],
  [1001, 1, '2'],
  [4000, 2, '2'],
  [3000, 2, '2'],
  [1000, 8, '1'],
] as const) {
  test(`${cpuMillis} thousandths of a processor for ${processes} processes are ${expected} threads for each`, () => {
    const variables = threadVariables({ ...spec, cpuMillis }, processes, {});
    assert.ok(Object.keys(variables).length >= 8);
    assert.equal([...new Set(Object.values(variables))], [expected]);
  });
}

test('a default that is not written in the file sets nothing', () => {
  assert.equal(threadVariables({ ...spec, cpuWritten: false }, 1, {}), {});
});

test('what the user has set stays, an empty value too', () => {
  const variables = threadVariables(spec, 1, { MKL_NUM_THREADS: '7', RAYON_NUM_THREADS: '' });
  assert.not('MKL_NUM_THREADS' in variables);
  assert.not('RAYON_NUM_THREADS' in variables);
  assert.is(variables['OMP_NUM_THREADS'], '2');
});

test('whoever has set OMP_NUM_THREADS has set it for the libraries that follow it', () => {
  const variables = threadVariables(spec, 1, { OMP_NUM_THREADS: '7' });
  for (const name of ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS'])
    assert.not(name in variables, name);
  assert.is(variables['NUMBA_NUM_THREADS'], '2');
});

test.run();
