import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MARK, withHost, withServing } from '../../support/host.ts';
import { newest, oldestAndNewest, pythons } from '../../support/pythons.ts';

const LOGS = `
import atexit, logging, logging.config, os, signal, threading
from cortex_internal.lib.log import logger as cortex_logger

class Odd:
    def __str__(self):
        return 'odd'

class PythonPredictor:
    def __init__(self, config):
        cortex_logger.info('constructed')
        atexit.register(lambda: cortex_logger.info('at exit'))
    def predict(self, payload, request_id):
        exec(payload, dict(globals(), logger=cortex_logger))
        return {}
`;
const labels = { apiName: 'iris', apiKind: 'AsyncAPI', apiID: 'iris-1', replica: 'r1' };
const served = { ...labels, requestID: 'w7' };

for (const python of pythons) {
  test(`records go up as JSON lines with labels (Python ${python.version})`, () =>
    withServing({ python, files: LOGS }, async (host) => {
      await host.predict(
        "logger.info('hello %s', 'you', extra={'accuracy': 0.5})\nlogger.debug('no')",
        'text/plain',
        'w7',
      );
      await host.shutdown();
      const [constructed, hello, atExit, ...rest] = host.records;
      assert.equal(rest, []);
      assert.equal([constructed?.['message'], constructed?.['labels']], ['constructed', labels]);
      assert.match(String(hello?.['asctime']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$/);
      assert.equal(
        { ...hello, asctime: '' },
        {
          asctime: '',
          levelname: 'INFO',
          message: 'hello you',
          process: host.child.pid,
          labels: served,
          accuracy: 0.5,
        },
      );
      assert.equal([atExit?.['message'], atExit?.['labels']], ['at exit', labels]);
      assert.is(host.stdout + host.stderr, '');
    }));
}

for (const python of oldestAndNewest) {
  test(`a filter that user code gives to the handler is heeded (Python ${python.version})`, () =>
    withServing({ python, files: LOGS }, async (host) => {
      const filter = "lambda record: record.msg != 'no'";
      await host.predict(
        `logger.handlers[0].addFilter(${filter})\nlogger.info('no')\nlogger.info('yes')`,
        'text/plain',
      );
      assert.equal(
        host.records.map(({ message }) => message),
        ['constructed', 'yes'],
      );
    }));
}

test('a record that a filter gives in the place of another one is the one that goes up', () =>
  withServing({ python: newest, files: LOGS }, async (host) => {
    const filter = "lambda record: logging.makeLogRecord(dict(vars(record), msg='other'))";
    await host.predict(`logger.handlers[0].addFilter(${filter})\nlogger.info('one')`, 'text/plain');
    assert.is(host.records.at(-1)?.['message'], Number(newest.version.split('.')[1]) < 12 ? 'one' : 'other');
  }));

/** What is logged; keys that the last record must have. */
const RECORDS: readonly (readonly [code: string, expected: Record<string, unknown>])[] = [
  ["logger.warning('w')", { levelname: 'WARNING', message: 'w' }],
  ["logger.info({'a': 1, 'message': 'm', 'labels': 'mine'})", { a: 1, message: 'm', labels: served }],
  ["logger.info({'a': 1})", { a: 1, message: null }],
  ["logger.info('x', extra={'labels': {'mine': 1}})", { message: 'x', labels: served }],
  [
    "logger.info('x', extra={'odd': Odd(), 'many': [1, Odd()], 'by': {'k': Odd(), 2: 3}})",
    { odd: 'odd', many: [1, 'odd'], by: { k: 'odd', 2: 3 } },
  ],
  ["logger.info('x', extra={'nan': float('nan')})", { nan: 'nan' }],
  ["logger.info('\\ud800\\u00fc')", { message: '\ud800\u00fc' }],
  ["logging.basicConfig(); logger.info('after basicConfig')", { message: 'after basicConfig' }],
  ["logging.config.dictConfig({'version': 1}); logger.info('after dictConfig')", { message: 'after dictConfig' }],
  [
    "t = threading.Thread(target=logger.info, args=('thread',)); t.start(); t.join()",
    { message: 'thread', labels: { ...labels, requestID: 'w7' } },
  ],
  ["logger.info('%s %s', 'one')\nlogger.info('after a bad format')", { message: 'after a bad format' }],
  [
    "logger.info('x' * 3000)",
    { levelname: 'WARNING', message: 'a log record of 3167 bytes was dropped; at most 2000 are allowed' },
  ],
  [
    "signal.signal(signal.SIGALRM, lambda *_: logger.info('from a handler')); signal.raise_signal(signal.SIGALRM)",
    { message: 'from a handler' },
  ],
];

test('a record holds what JSON can, and nothing replaces its own keys', () =>
  withServing({ files: LOGS, params: { limits: { resultBytes: 1000, logLineBytes: 2000 } } }, async (host) => {
    for (const [code, expected] of RECORDS) {
      await host.predict(code, 'text/plain', 'w7');
      const last = host.records.at(-1) ?? {};
      for (const [key, value] of Object.entries(expected)) {
        if (key === 'message' && String(value).includes('dropped'))
          assert.match(String(last[key]), /of \d+ bytes was dropped; at most 2000/);
        else assert.equal(last[key], value, `${code}: ${key}`);
      }
    }
  }));

test('an exception adds its traceback', () =>
  withServing({ files: LOGS }, async (host) => {
    await host.predict("try:\n  1 / 0\nexcept Exception:\n  logger.exception('caught')", 'text/plain');
    const last = host.records.at(-1);
    assert.is(last?.['levelname'], 'ERROR');
    assert.match(String(last?.['exc_info']), /^Traceback[^]*ZeroDivisionError/);
  }));

test('the level is the one asked for', () =>
  withHost({ files: LOGS, params: { logLevel: 'error' } }, async (host) => {
    await host.initialize();
    await host.predict("logger.warning('w')\nlogger.error('e')", 'text/plain');
    assert.equal(
      host.records.map((record) => record['message']),
      ['e'],
    );
  }));

test('a forked child writes its records to stderr, behind the mark of its host', () =>
  withServing({ files: LOGS }, async (host) => {
    await host.predict(
      "pid = os.fork()\nif pid == 0:\n  logger.info('child')\n  os._exit(0)\nos.waitpid(pid, 0)",
      'text/plain',
      'w7',
    );
    await host.shutdown();
    const mark = MARK.trimEnd();
    assert.ok(host.stderr.startsWith(`${mark}{`), host.stderr);
    // The mark of the workload may follow, where nobody had read the record by then.
    const [line = ''] = host.stderr.slice(mark.length).split('\n');
    const record = JSON.parse(line) as Record<string, unknown>;
    assert.equal([record['message'], record['labels']], ['child', served]);
    assert.not.ok(host.records.some((told) => told['message'] === 'child'));
  }));

test('threads that log at once do not mix their records', () =>
  withServing({ files: LOGS }, async (host) => {
    await host.predict(
      "ts = [threading.Thread(target=lambda n=n: [logger.info('%d', n, extra={'x': 'y' * 5000}) for _ in range(50)]) for n in range(8)]\n[t.start() for t in ts]\n[t.join() for t in ts]",
      'text/plain',
    );
    assert.is(host.records.length, 401);
  }));

test.run();
