import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../runtime/errors/known-error.ts';
import { assertNoShortage, isShortage, shortageIn, shortageSaid } from '../../runtime/processes/shortage.ts';

/** As Node's `spawn` and `new Worker` have them. */
function systemError(code: string, message = `spawn /bin/sh ${code}`): Error {
  return Object.assign(new Error(message), { code, syscall: 'spawn /bin/sh' });
}

test('what was short is told by the name that the system gives it, also where it is a cause', () => {
  for (const [error, code, said] of [
    [systemError('ENOMEM'), 'PONS_ERR_MACHINE_NO_MEMORY', 'spawn /bin/sh ENOMEM'],
    [systemError('EAGAIN'), 'PONS_ERR_MACHINE_NO_PROCESSES', 'spawn /bin/sh EAGAIN'],
    [systemError('ERR_WORKER_INIT_FAILED', 'EAGAIN'), 'PONS_ERR_MACHINE_NO_PROCESSES', 'EAGAIN'],
    [systemError('EMFILE'), 'PONS_ERR_MACHINE_NO_FILES', 'spawn /bin/sh EMFILE'],
    [systemError('ENFILE'), 'PONS_ERR_MACHINE_NO_FILES', 'spawn /bin/sh ENFILE'],
  ] as const) {
    for (const one of [error, new Error('outside', { cause: error })]) {
      const found = shortageIn(one, 'A thing');
      assert.is(found?.code, code);
      assert.match(found?.message ?? '', `A thing could not be started`);
      assert.match(found?.message ?? '', `(${said})`);
      assert.ok(isShortage(found));
      assert.is(shortageIn(found, 'Another thing'), found);
    }
  }
});

test('no other failure is a shortage', async () => {
  const absent = await execa('/no/such/program', { reject: false });
  const broken = KnownError.of('PONS_ERR_PREDICTOR_CLASS', { text: 'no class' });
  for (const error of [absent, broken, systemError('EACCES'), new Error('EAGAIN'), undefined, null, 'ENOMEM']) {
    assert.is(shortageIn(error, 'A thing'), null);
    assert.not(isShortage(error));
    assertNoShortage(error, 'A thing');
  }
});

test('a program that found no room tells so by its last words', () => {
  for (const [line, code] of [
    ['/bin/sh: 4: Cannot fork', 'PONS_ERR_MACHINE_NO_PROCESSES'],
    ['pyenv: line 12: fork: retry: Resource temporarily unavailable', 'PONS_ERR_MACHINE_NO_PROCESSES'],
    ['node[7]: pthread_create: Resource temporarily unavailable', 'PONS_ERR_MACHINE_NO_PROCESSES'],
    ['#  Assertion failed: (0) == (uv_thread_create(t.get(), start_thread, this))', 'PONS_ERR_MACHINE_NO_PROCESSES'],
    [
      'OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 4: Resource temporarily unavailable',
      'PONS_ERR_MACHINE_NO_PROCESSES',
    ],
    [
      'pthread_create failed, error code: 11 error msg: Resource temporarily unavailable',
      'PONS_ERR_MACHINE_NO_PROCESSES',
    ],
    ['node[7]: pthread_create: Cannot allocate memory', 'PONS_ERR_MACHINE_NO_MEMORY'],
    ["RuntimeError: can't start new thread", 'PONS_ERR_MACHINE_NO_PROCESSES'],
    ['unshare: unshare failed: Cannot allocate memory', 'PONS_ERR_MACHINE_NO_MEMORY'],
    ['MemoryError', 'PONS_ERR_MACHINE_NO_MEMORY'],
    ['OSError: [Errno 24] Too many open files', 'PONS_ERR_MACHINE_NO_FILES'],
  ] as const) {
    const found = shortageSaid(['Traceback:', line, ''], 'A thing');
    assert.is(found?.code, code);
    assert.match(found?.message ?? '', `(${line})`);
  }
});

test('a program that is broken is none that found no room', () => {
  for (const line of [
    'No module named forks',
    'exited',
    'symbol lookup error: libfoo.so: undefined symbol: pthread_create, version GLIBC_2.2.5',
    "main.c:(.text+0x1): undefined reference to `pthread_create'",
    '#1  0x00007f38ba2 in pthread_create () from libc.so.6',
    ' 2: 0xd35c5e uv_thread_create_ex [/usr/bin/node]',
  ]) {
    assert.is(shortageSaid([line], 'A thing'), null);
  }
});

test.run();
