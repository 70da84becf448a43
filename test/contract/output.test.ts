import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { recordWhere, requestOf, type LogRecord } from './support/records.ts';

const server = serveForAllTests(fixtureProject('logs'));

async function talk(about: string, id: string): Promise<void> {
  const api = server.api('talks');
  await submit(api, JSON.stringify(about), 'application/json', { 'x-request-id': id });
  assert.is((await waitForEnd(api, id)).status, 'completed');
}

function line(matches: RegExp): Promise<LogRecord> {
  return recordWhere(server, ({ message }) => matches.test(String(message)), String(matches));
}

test('a printed line above 5 MB is dropped, which is said', async () => {
  await talk('large_line', 'large-line');
  const dropped = await line(/dropped/);
  assert.is(dropped['levelname'], 'WARNING');
  assert.match(String(dropped['message']), /\b52428\d\d\b/);
});

test('lines behind a large one keep the label of their request, however slowly the log is read', async () => {
  await Promise.all([talk('large_line', 'large-1'), talk('plain', 'plain-1'), talk('plain', 'plain-2')]);
  await recordWhere(
    server,
    (record) => record['message'] === 'behind the large line' && requestOf(record) === 'large-1',
    'behind the large line of large-1',
  );
});

test('a last line without an end is shown when its workload ends, and nothing is added to it', async () => {
  await talk('lines', 'lines-1');
  await talk('prints', 'prints-1');
  for (const [matches, id] of [
    [/^two$/, 'lines-1'],
    [/^no line end$/, 'lines-1'],
    [/^by print$/, 'prints-1'],
  ] as const) {
    assert.is(requestOf(await line(matches)), id);
  }
});

test.run();
