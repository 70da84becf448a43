import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { recordsWhere, recordWhere, requestOf, type LogRecord } from './support/records.ts';

type Labels = Readonly<Record<string, unknown>>;

const server = serveForAllTests(fixtureProject('logs'));

/** Has `talks` do one of its things under the id `id`; resolves when it has ended. */
async function talk(about: string, id: string): Promise<unknown> {
  const api = server.api('talks');
  await submit(api, JSON.stringify(about), 'application/json', { 'x-request-id': id });
  const answer = await waitForEnd(api, id);
  assert.is(answer.error?.message, undefined);
  return answer.result;
}

function recordSaying(message: string, id?: string): Promise<LogRecord> {
  const matches = (record: LogRecord): boolean =>
    record['message'] === message && (id === undefined || requestOf(record) === id);
  return recordWhere(server, matches, `"${message}"${id === undefined ? '' : ` of ${id}`}`);
}

test('a record is one JSON line with time, level, message, process and labels', async () => {
  const { pid, is_logger } = (await talk('plain', 'plain-1')) as { pid: number; is_logger: boolean };
  assert.is(is_logger, true);
  const record = await recordSaying('a plain record with text and 7');
  assert.equal(Object.keys(record).sort(), ['asctime', 'labels', 'levelname', 'message', 'process']);
  assert.match(String(record['asctime']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$/);
  assert.is(record['levelname'], 'INFO');
  assert.is(record['process'], pid);
  const labels = record['labels'] as Labels;
  assert.is(labels['apiName'], 'talks');
  assert.is(labels['apiKind'], 'AsyncAPI');
  assert.type(labels['apiID'], 'string');
  assert.type(labels['replica'], 'string');
  assert.is(labels['requestID'], 'plain-1');
});

test('the keys of extra stand beside them; what JSON cannot hold becomes its str', async () => {
  await talk('extra', 'extra-1');
  const record = await recordSaying('with extra');
  assert.is(record['levelname'], 'WARNING');
  assert.is(record['count'], 3);
  assert.equal(record['flat'], { a: 1 });
  assert.is(record['when'], '2021-01-19');
  assert.is(record['odd'], 'an odd one');
  assert.equal(record['mixed'], { inside: 'an odd one', number: 1 });
  assert.is(record['nothing'], null);
  assert.is(record['unicode'], 'gr\u00fcn');
  assert.is(record['loss'], 'nan');
});

test('a dictionary as message merges its keys into the record', async () => {
  await talk('dictionary', 'dictionary-1');
  const record = await recordWhere(server, (one) => one['event'] === 'trained', 'of the event');
  assert.is(record['epoch'], 3);
  assert.is(record['model'], 'an odd one');
  assert.is(record['levelname'], 'INFO');
  assert.is(requestOf(record), 'dictionary-1');
});

test('an exception adds exc_info, as a traceback in one line of the log', async () => {
  await talk('exception', 'exception-1');
  const record = await recordSaying('it went wrong');
  assert.is(record['levelname'], 'ERROR');
  assert.match(String(record['exc_info']), /^Traceback[^]*talks\.py[^]*KeyError: 'missing'$/);
});

test('the levels from debug on are shown with log_level debug', async () => {
  await talk('levels', 'levels-1');
  for (const level of ['debug', 'info', 'warning', 'error', 'critical']) {
    assert.is((await recordSaying(`at ${level}`))['levelname'], level.toUpperCase());
  }
});

for (const [api, hidden, shown] of [
  ['quiet', ['debug', 'info'], ['warning', 'error', 'critical']],
  ['usual', ['debug'], ['info', 'warning', 'error', 'critical']],
] as const) {
  test(`the levels below log_level are left out: ${api}`, async () => {
    await waitForEnd(server.api(api), await submit(server.api(api), JSON.stringify(api), 'application/json'));
    for (const level of shown) await recordSaying(`${api}: ${level}`);
    for (const level of hidden) {
      assert.is(recordsWhere(server, ({ message }) => message === `${api}: ${level}`).length, 0, level);
    }
  });
}

test('what module code and the constructor say is labelled with the API, and with no request', async () => {
  for (const message of ['printed by the module', 'constructed']) {
    const labels = (await recordSaying(message))['labels'] as Labels;
    assert.is(labels['apiName'], 'talks');
    assert.is('requestID' in labels, false);
  }
});

test('a record above 5 MB is dropped, which is said, and the next one is there', async () => {
  await talk('large_record', 'large-record-1');
  await recordSaying('behind the large record', 'large-record-1');
  assert.is(String((await recordSaying('fits', 'large-record-1'))['blob']).length, 4 * 1024 * 1024);
  const [dropped, ...more] = recordsWhere(server, ({ message }) => /dropped/.test(String(message)));
  assert.is(more.length, 0);
  assert.is(dropped?.['levelname'], 'WARNING');
  assert.match(String(dropped?.['message']), /\b52430\d\d\b/);
  assert.is(server.served.lines.filter((line) => line.length > 5 * 1024 * 1024).length, 0);
});

const WAYS = [
  'by print',
  'by print to stderr',
  'by os.write',
  'by os.system',
  'by a child on stderr',
  'by printf of C',
  'by /dev/stdout',
  'invalid \ufffd utf-8',
];

test('whatever writes to stdout or stderr is captured with the labels of its request', async () => {
  await talk('prints', 'prints-1');
  for (const message of WAYS) {
    const record = await recordSaying(message);
    assert.is(requestOf(record), 'prints-1', message);
    assert.is((record['labels'] as Labels)['apiName'], 'talks');
    assert.match(String(record['asctime']), /^\d{4}-/);
  }
});

test('each of many workloads in a row gets its own lines', async () => {
  const ids = Array.from({ length: 10 }, (_, at) => `own-${at}`);
  await Promise.all(ids.map((id) => talk('prints', id)));
  for (const id of ids) for (const message of WAYS) await recordSaying(message, id);
});

test('the logger may be used from threads, and a record from there is whole', async () => {
  await talk('thread', 'thread-1');
  for (const number of [0, 1, 2]) {
    const record = await recordSaying(`from thread ${number}`);
    assert.is((record['labels'] as Labels)['apiName'], 'talks');
    assert.is(requestOf(record), 'thread-1');
  }
});

test('a record from a forked process is a record, with the number of that process', async () => {
  const { pids } = (await talk('forks', 'forks-1')) as { pids: readonly number[] };
  for (const [at, message] of ['from a pool', 'from a process', 'from a fork'].entries()) {
    const record = await recordSaying(message, 'forks-1');
    assert.is(record['levelname'], 'WARNING');
    assert.is(record['process'], pids[at]);
    assert.is(record['count'], 3);
    assert.is((record['labels'] as Labels)['apiName'], 'talks');
  }
  await recordSaying('half a line', 'forks-1');
});

test("a predictor's own logging goes where it sends it, and is captured", async () => {
  await talk('own_logger', 'own-logger-1');
  assert.is(requestOf(await recordSaying('INFO by a logger of its own')), 'own-logger-1');
  await talk('plain', 'plain-2');
  await recordSaying('a plain record with text and 7', 'plain-2');
  const twice = recordsWhere(server, ({ message }) => /INFO a plain record/.test(String(message)));
  assert.is(twice.length, 0);
});

test('printed text that looks like a record or like a mark of ours is text', async () => {
  await talk('looks_like_ours', 'forged-1');
  const record = await recordWhere(server, ({ message }) => /forged/.test(String(message)), 'of the forged line');
  assert.is(requestOf(record), 'forged-1');
  await recordSaying('\x1epons:', 'forged-1');
});

test('every line of the log is a JSON object with time, level, message and labels', () => {
  for (const line of server.served.lines) {
    const record = JSON.parse(line) as LogRecord;
    for (const key of ['asctime', 'levelname', 'message', 'process', 'labels']) assert.ok(key in record, line);
  }
});

test.run();
