import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withHost } from '../../support/host.ts';

const IDLE = 'class PythonPredictor:\n    def __init__(self, config): pass\n    def predict(self): return {}\n';

test('another version of the protocol is refused with both', () =>
  withHost({ files: IDLE }, async (host) => {
    const error = await bridgeErrorOf(host.initialize({ protocolVersion: 2 }));
    assert.is(error.code, codes.VERSION_MISMATCH);
    assert.equal(error.data, { supervisor: 2, host: 1 });
    assert.is(await host.end(), 1);
  }));

for (const [title, params] of [
  ['threads', { threads: 0 }],
  ['mode', { mode: 'x' as 'serve' }],
  ['predictorType', { predictorType: 'x' as 'python' }],
  ['logLevel', { logLevel: 'loud' as 'info' }],
] as const) {
  test(`initialize with a wrong ${title} is refused`, () =>
    withHost({ files: IDLE }, async (host) => {
      const error = await bridgeErrorOf(host.initialize(params));
      assert.is(error.code, codes.INVALID_PARAMS);
      assert.ok(error.message.includes(title));
    }));
}

test('a process that serves takes at most 12 MB more than a bare Python', () =>
  withHost({ files: IDLE }, async (host) => {
    await host.initialize();
    await host.predict('{}');
    const bare = execFileSync(host.child.spawnfile, ['-c', "print(open('/proc/self/status').read())"], {
      encoding: 'utf8',
    });
    const serving = readFileSync(`/proc/${String(host.child.pid)}/status`, 'utf8');
    const kilobytes = (status: string) => Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
    assert.ok(kilobytes(serving) - kilobytes(bare) < 12 * 1024);
  }));

test.run();
