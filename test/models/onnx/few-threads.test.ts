import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { READY } from '../../../runtime/models/onnx/exchange.ts';
import { ModelLife } from '../../../runtime/models/onnx/model-life.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { deadline } from '../../support/deadline.ts';
import { codeOf } from './fixture.ts';

/** What Node prints where it goes on, or waits for ever. */
const WARNED = 'node[7]: pthread_create: Resource temporarily unavailable\n';
/** What Node 20 prints where that ends it. */
const ASSERTED = `
  #  /usr/bin/node[7]: void node::WorkerThreadsTaskRunner::DelayedTaskScheduler::Start() at ../src/node_platform.cc:68
  #  Assertion failed: (0) == (uv_thread_create(t.get(), start_thread, this))

----- Native stack trace -----

 1: 0xcb5167 node::Assert(node::AssertionInfo const&) [/usr/bin/node]
 8: 0xbb835e _start [/usr/bin/node]
`;

/** A process that prints this and aborts, before it is ready. */
function aborting(said: string): StartedProcess {
  const script = encodeURIComponent(
    `process.stderr.write(${JSON.stringify(said)});process.kill(process.pid,"SIGABRT")`,
  );
  return startModelProcess({}, { nodeOptions: ['--import', `data:text/javascript,${script}`] });
}

/** Stands for one whose words and end come when the test says. */
class FakeProcess extends EventEmitter {
  readonly pid = 1;
  readonly stderr = new PassThrough();

  async end(signal: string): Promise<void> {
    this.stderr.end();
    await finished(this.stderr);
    this.emit('close', null, signal);
  }

  kill(): boolean {
    void this.end('SIGKILL');
    return true;
  }
}

for (const [how, said, code] of [
  ['a warning', WARNED, 'PONS_ERR_MACHINE_NO_PROCESSES'],
  ['an assertion', ASSERTED, 'PONS_ERR_MACHINE_NO_PROCESSES'],
  ['what it lacks for it', 'pthread_create: Cannot allocate memory\n', 'PONS_ERR_MACHINE_NO_MEMORY'],
] as const) {
  test(`a process that ends as the machine refuses it a thread is told as that by ${how}`, async () => {
    const error = await new ModelLife(aborting(said), null).ended;
    assert.is(codeOf(error), code);
    assert.match(error.message, 'A process for models could not be started');
  });
}

test('a process that waits for ever for a thread that the machine refuses it is told as that', async () => {
  const child = new FakeProcess();
  child.stderr.write(WARNED);
  const life = new ModelLife(child as unknown as StartedProcess, null, 1);
  assert.is(codeOf(await deadline(60_000, life.ended, 'its end')), 'PONS_ERR_MACHINE_NO_PROCESSES');
});

test('a process that aborts without a word before it is ready may have got too few threads', async () => {
  const { message } = await new ModelLife(aborting(''), null).ended;
  assert.is(message, 'was ended by SIGABRT, perhaps since it gets too few threads');
});

for (const [signal, then, told] of [
  ['SIGABRT', '', 'was ended by SIGABRT'],
  ['SIGABRT', 'free(): invalid pointer\n', 'was ended by SIGABRT (free(): invalid pointer)'],
  ['SIGKILL', WARNED, 'was ended by SIGKILL, perhaps since memory ran out'],
] as const) {
  test(`what a process printed before it was ready is no reason of its end: it ${told}`, async () => {
    const child = new FakeProcess();
    const life = new ModelLife(child as unknown as StartedProcess, null);
    const heard = new Promise((resolve) => child.stderr.once('data', resolve));
    child.stderr.write(WARNED);
    await heard;
    child.emit('message', READY);
    child.stderr.write(then);
    await child.end(signal);
    assert.is((await life.ended).message, told);
  });
}

test.run();
