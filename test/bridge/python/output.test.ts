import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { MARK, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** A predictor whose `predict` runs the text of its payload and whose `outcome` is what that text sets. */
const RUNS = `
import ctypes, os, subprocess, sys, threading

class PythonPredictor:
    def __init__(self, config):
        self.kept = {}
    def predict(self, payload):
        names = dict(globals(), kept=self.kept, outcome=None)
        exec(payload, names)
        return {'outcome': names['outcome']}
`;

/** What user code may do to its output, and what of it arrives on stdout and stderr. */
const WRITES: readonly (readonly [title: string, code: string, stdout: string, stderr: string])[] = [
  ['print', "print('line')", 'line\n', ''],
  ['a print without a line feed', "print('no end', end='')", 'no end', ''],
  ['a write to stderr', "sys.stderr.write('oh\\n')", '', 'oh\n'],
  ["a C library's printf", "libc = ctypes.CDLL(None); libc.printf(b'from C\\n'); libc.fflush(None)", 'from C\n', ''],
  ['os.system', "os.system('echo shell')", 'shell\n', ''],
  ['a write to fd 1', "os.write(1, b'bytes\\xff\\n')", 'bytes\ufffd\n', ''],
  ['an open of /dev/stdout', "open('/dev/stdout', 'w').write('device\\n')", 'device\n', ''],
  ['tee /dev/stderr', "os.system('echo twice | tee /dev/stderr')", 'twice\n', 'twice\n'],
  ['a closed sys.stdout', "sys.stdout = open(os.devnull, 'w'); sys.stdout.close()", '', ''],
  ['no sys.stdout at all', 'sys.stdout = sys.stderr = None', '', ''],
  [
    'a sys.stdout that raises',
    'class S:\n  def flush(self):\n    sys.stdout = None\n    raise KeyboardInterrupt()\nsys.stdout = S()',
    '',
    '',
  ],
  ['a buffering sys.stdout', "sys.stdout = open(1, 'w', 65536, closefd=False); sys.stdout.write('kept')", 'kept', ''],
  ['os.dup2 over fd 1', "print('before'); os.dup2(os.open(os.devnull, os.O_WRONLY), 1); print('lost')", 'before\n', ''],
  ['a closed fd 1', 'os.close(1)', '', ''],
];

for (const [title, code, stdout, stderr] of WRITES) {
  test(`${title} reaches the user's streams only`, () =>
    withServing({ files: RUNS }, async (host) => {
      const { value } = await host.predictRaw(code, 'text/plain');
      assert.ok([0, 1, 2, 3].includes(value.marks));
      assert.equal(await host.predict('outcome = 1', 'text/plain'), { outcome: 1 });
      assert.is(await host.shutdown(), 0);
      assert.is(host.stdout.replaceAll(MARK, ''), stdout);
      assert.is(host.stderr.replaceAll(MARK, ''), stderr);
    }));
}

test('what one predict wrote stands before its mark, whatever is told later', () =>
  withServing({ files: RUNS }, async (host) => {
    const marks: number[] = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const code = `print('out ${number}' * 1000); sys.stderr.write('err ${number}' * 1000)`;
      marks.push((await host.predictRaw(code, 'text/plain')).value.marks);
    }
    await host.shutdown();
    for (const [bit, text] of [
      [1, host.stdout],
      [2, host.stderr],
    ] as const) {
      assert.is(text.split(MARK).length - 1, marks.filter((mark) => (mark & bit) !== 0).length);
    }
  }));

test('output of a predict that raises is marked too', () =>
  withServing({ files: RUNS }, async (host) => {
    let marks = 0;
    for (let round = 0; round < 20; round++) {
      const error = await bridgeErrorOf(host.predict("print('x' * 60000); raise ValueError()", 'text/plain'));
      marks += (error.data as { marks: number }).marks & 1;
    }
    await host.shutdown();
    assert.is(host.stdout.split(MARK).length - 1, marks);
  }));

test('a predict that writes nothing gets no marks', () =>
  withServing({ files: RUNS }, async (host) => {
    assert.is((await host.predictRaw('pass', 'text/plain')).value.marks, 0);
    await host.shutdown();
    assert.is(host.stdout + host.stderr, '');
  }));

test('100 MB without a line feed go through while predict runs', () =>
  withServing({ files: RUNS }, async (host) => {
    await host.predict("for _ in range(100): os.write(1, b'x' * 1000000)", 'text/plain');
    await host.shutdown();
    assert.is(host.stdout.replace(MARK, '').length, 100_000_000);
  }));

/** What user code may do to file descriptors and processes; each sets `outcome`, and the next predict is served. */
const ATTACKS: readonly (readonly [title: string, code: string, outcome: unknown])[] = [
  ['fds 3 and 4 are free', 'a = os.open(os.devnull, 0); b = os.open(os.devnull, 0); outcome = sorted([a, b])', [3, 4]],
  ['closing everything up to 256 is survived', 'os.closerange(3, 256); outcome = 1', 1],
  ['a fork that returns from predict ends there', 'outcome = os.fork() > 0', true],
  [
    'a fork that raises out of predict ends there',
    'pid = os.fork()\nif pid == 0: raise SystemExit(7)\noutcome = os.waitpid(pid, 0)[1] >> 8',
    7,
  ],
  [
    'a fork does not hold the bridge',
    "pid = os.fork()\nif pid == 0: os._exit(len([f for f in os.listdir('/proc/self/fd') if int(f) >= 500]))\noutcome = os.waitpid(pid, 0)[1] >> 8",
    0,
  ],
  [
    'a grandchild does not hold the bridge',
    "outcome = [fd for fd in subprocess.check_output(['ls', '/proc/self/fd'], close_fds=False).split() if int(fd) >= 500]",
    [],
  ],
  [
    'multiprocessing works',
    "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p: outcome = p.map(abs, [-1, -2])",
    [1, 2],
  ],
  [
    'multiprocessing with spawn works',
    "import multiprocessing as m\nwith m.get_context('spawn').Pool(1) as p: outcome = p.map(abs, [-1, -2])",
    [1, 2],
  ],
  ['sys.argv has one element', 'outcome = len(sys.argv)', 1],
  ['stdin is empty', 'outcome = sys.stdin.read()', ''],
  ['predict runs in the main thread', 'outcome = threading.current_thread() is threading.main_thread()', true],
];

for (const python of oldestAndNewest) {
  for (const [title, code, outcome] of ATTACKS) {
    test(`${title} (Python ${python.version})`, () =>
      withServing({ python, files: RUNS }, async (host) => {
        assert.equal(await host.predict(code, 'text/plain'), { outcome });
        assert.equal(await host.predict('outcome = 2', 'text/plain'), { outcome: 2 });
        assert.is(await host.shutdown(), 0);
      }));
  }
}

test.run();
