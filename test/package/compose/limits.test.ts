import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../runtime/package/compose/limits.ts';

for (const [cpuMillis, shares] of [
  [1, 2],
  [200, 205],
  [1000, 1024],
  [256_000, 262_144],
  [500_000, 262_144],
] as const) {
  test(`${cpuMillis} thousandths of a processor are a weight of ${shares}, which the kernel takes`, () => {
    assert.equal(limits({ cpuMillis, memory: null, gpu: 0 }, null), { cpu_shares: shares });
  });
}

test('GPUs are reserved beside the memory that is, in one place', () => {
  const memory = { requestBytes: 100, limitBytes: 200 };
  const { deploy, ...rest } = limits({ cpuMillis: 1000, memory, gpu: 2 }, 300) as { deploy: object };
  assert.equal(rest, { cpu_shares: 1024, mem_limit: 200, mem_reservation: 100, shm_size: 300 });
  const devices = [{ driver: 'nvidia', count: 2, capabilities: ['gpu'] }];
  assert.equal(deploy, { resources: { reservations: { memory: '100', devices } } });
});

test.run();
