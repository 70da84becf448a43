import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headOf, RunningChecksum } from '../../../runtime/workloads/moving/checksum.ts';
import { exportWorkloads } from '../../../runtime/workloads/moving/export.ts';
import { lookThrough } from '../../../runtime/workloads/moving/import.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { withEmbeddedStore } from '../embedded/with-store.ts';
import { codeOf, leaseOne, messageOf, patterned, sha256, submitBytes, submitText } from '../samples.ts';
import { seededRandom } from '../seeded-random.ts';

const NEVER = new AbortController().signal;
const folder = makeTempDir();
const file = join(folder, 'file');
const look = (path = file) => lookThrough(path, NEVER);

/** An export of some workloads: one that is completed, one that has failed, two that wait, of which one has several lines of body. */
async function makeExport(): Promise<Buffer> {
  const path = join(makeTempDir(), 'export');
  await withEmbeddedStore(async (store) => {
    for (const id of ['completed', 'failed', 'waits']) await submitText(store, 'iris', id);
    await submitBytes(store, 'text', 'large', patterned(500_000));
    await store.complete(await leaseOne(store, 'iris'), Buffer.from('{"a":1}'));
    await store.fail(await leaseOne(store, 'iris'), { code: 'PONS_ERR_X', message: 'it raised', fix: 'Mend it.' });
    const [confirm, onWorkload] = [() => Promise.resolve(), () => undefined];
    await exportWorkloads({
      store,
      apis: ['iris', 'text'],
      path,
      confirm,
      onWorkload,
      onLeftOut: onWorkload,
      signal: NEVER,
    });
  });
  return readFileSync(path);
}

const whole = await makeExport();
const lines = whole.toString().split('\n').slice(0, -1);

/** A file of these objects with right checksums. */
function sealed(objects: readonly object[]): string {
  const checksum = new RunningChecksum();
  return objects.map((object) => headOf(object) + checksum.seal(Buffer.from(headOf(object))).toString()).join('');
}

test('a whole export is read to its end', async () => {
  writeFileSync(file, whole);
  assert.equal(await look(), {
    workloads: 4,
    byApi: new Map([
      ['iris', 3],
      ['text', 1],
    ]),
  });
  assert.ok(lines.every((line) => /^\{.*,"crc32":"[0-9a-f]{8}"\}$/.test(line)));
});

test('an export that is cut off anywhere is refused, and the line is named', async () => {
  const random = seededRandom(1);
  const cuts = Array.from({ length: 60 }, () => 1 + Math.floor(random() * (whole.byteLength - 1)));
  const ends = lines.map((_line, at) => Buffer.byteLength(lines.slice(0, at).join('\n')) + 1).slice(1);
  for (const cut of [...cuts, ...ends, whole.byteLength - 1]) {
    writeFileSync(file, whole.subarray(0, cut));
    assert.is(await codeOf(look()), 'PONS_ERR_MOVE_FILE_DAMAGED', `cut at ${cut}`);
    const line = whole.subarray(0, cut).toString().split('\n').length;
    assert.match(await messageOf(look()), new RegExp(`^Line ${line} of .*cut off`));
  }
});

test('an export of which a byte was changed is refused, and the line is named', async () => {
  const random = seededRandom(2);
  for (let round = 0; round < 200; round += 1) {
    const at = Math.floor(random() * whole.byteLength);
    const changed = Buffer.from(whole);
    changed[at] = (whole[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    writeFileSync(file, changed);
    const code = await codeOf(look());
    const line = whole.subarray(0, at).toString().split('\n').length;
    if (line === 1 && code === 'PONS_ERR_MOVE_FILE_VERSION') continue;
    assert.is(code, 'PONS_ERR_MOVE_FILE_DAMAGED', `byte ${at}`);
    const said = Number(/^Line (\d+) of /.exec(await messageOf(look()))?.[1]);
    assert.ok(said === line || whole[at] === 10, `byte ${at} is in line ${line}, not ${said}`);
  }
});

/** Exports in which something is wrong, and what is said of it. */
const wrong: readonly (readonly [title: string, content: string, says: RegExp])[] = [
  ['an empty file', '', /^Line 1 of .*the file is empty/],
  ['a text', 'hello\nworld\n', /^Line 1 of .*not an export of Pons/],
  ['other JSON lines', '{"a":1}\n{"b":2}\n', /^Line 1 of .*not an export of Pons/],
  ['bytes', '\0\x01\x02\n\xff', /^Line 1 of .*not an export of Pons/],
  ['an export without a line', [...lines.slice(0, 2), ...lines.slice(3), ''].join('\n'), /^Line 3 of .*checksum/],
  ['an export with a line twice', [...lines.slice(0, 3), ...lines.slice(2), ''].join('\n'), /^Line 4 of .*checksum/],
  ['two exports in one file', `${whole.toString()}${whole.toString()}`, /^Line \d+ of .*comes after the end mark/],
  ['an export with an empty line at its end', `${whole.toString()}\n`, /^Line \d+ of .*comes after the end mark/],
];
for (const [title, content, says] of wrong) {
  test(`${title} is refused`, async () => {
    writeFileSync(file, content, 'latin1');
    assert.is(await codeOf(look()), 'PONS_ERR_MOVE_FILE_DAMAGED');
    assert.match(await messageOf(look()), says);
  });
}

const head = { ponsState: { version: 1, exportedAt: '2026-11-26T00:00:00.000Z' } };
const end = (workloads: number): object => ({ end: { workloads } });
const waiting = {
  ...{ api: 'iris', id: 'one', status: 'in_queue', submittedAt: 1, endedAt: null, contentType: 'text/plain' },
  ...{ attempt: 0, deathReasons: [], supervisorDeaths: 0, error: null, digest: '00'.repeat(32), bodyBytes: 3 },
};
const DIGEST_OF_NOTHING = sha256(Buffer.alloc(0)).toString('hex');
const body = { body: 'YWJj' };

/** What no version of Pons has written, though its checksums are right. */
const senseless: readonly (readonly [title: string, objects: readonly object[], says: RegExp])[] = [
  ['a line of no kind', [head, { other: 1 }, end(0)], /^Line 2 of .*neither a workload nor the end/],
  ['an end of other workloads', [head, end(3)], /^Line 2 of .*it ends 3 workloads, and 0 came/],
  ['a body that is too short', [head, { workload: waiting }, end(1)], /^Line 3 of .*3 bytes of the body of .*line 2/],
  ['a body that is too long', [head, { workload: { ...waiting, bodyBytes: 2 } }, body, end(1)], /^Line 3 of .*more of/],
  ['a body of another digest', [head, { workload: waiting }, body, end(1)], /^Line 3 of .*digest of .*line 2/],
  ['a workload that is a text', [head, { workload: 'one' }, end(1)], /^Line 2 of .*no object/],
  ['a workload without a field', [head, { workload: { api: 'iris' } }, end(1)], /^Line 2 of .*id of its workload/],
  ...(
    [
      ['api', 'a}b'],
      ['api', 'a'.repeat(43)],
      ['api', 'b-a'],
      ['api', '1a'],
      ['id', 7],
      ['status', 'in_progress'],
      ['submittedAt', -1],
      ['endedAt', 5],
      ['contentType', null],
      ['digest', 'xyz'],
      ['attempt', 1.5],
      ['deathReasons', 'none'],
      ['supervisorDeaths', '0'],
      ['error', { code: 'X' }],
      ['bodyBytes', null],
      // What no POST would do.
      ['id', ''],
      ['id', 'a/b'],
      ['id', 'a\nb'],
      ['id', 'x'.repeat(129)],
      ['contentType', ''],
      ['contentType', 'a\r\nb: c'],
      ['contentType', 'text/plain; a="b\r\nc"'],
      ['contentType', ' '],
      ['submittedAt', 9e15],
      ['attempt', 1e9],
      ['attempt', 4],
      ['supervisorDeaths', 99],
    ] as const
  ).map(
    ([field, value]) =>
      [
        `a workload whose ${field} is ${JSON.stringify(value)}`,
        [head, { workload: { ...waiting, [field]: value } }, body, end(1)],
        new RegExp(`^Line 2 of .*: ${field} of its workload`),
      ] as const,
  ),
];
for (const [title, objects, says] of senseless) {
  test(`${title} is refused`, async () => {
    writeFileSync(file, sealed(objects));
    assert.is(await codeOf(look()), 'PONS_ERR_MOVE_FILE_DAMAGED');
    assert.match(await messageOf(look()), says);
  });
}

test('an export of another version is refused, and both are named', async () => {
  writeFileSync(file, sealed([{ ponsState: { version: 2 } }, end(0)]));
  assert.is(await codeOf(look()), 'PONS_ERR_MOVE_FILE_VERSION');
  assert.match(await messageOf(look()), 'has version 2; this version of Pons reads version 1');
});

test('a version that is no number is told as that', async () => {
  for (const [version, shown] of [
    ['1', '"1"'],
    [1.5, '1.5'],
    [null, 'null'],
    [undefined, 'missing'],
  ] as const) {
    writeFileSync(file, sealed([{ ponsState: { version } }, end(0)]));
    assert.is(await codeOf(look()), 'PONS_ERR_MOVE_FILE_DAMAGED');
    assert.match(await messageOf(look()), `: its version is ${shown}, which is no whole number`);
  }
});

test('a result that is not JSON is refused', async () => {
  for (const [result, isWhole] of [
    ['{"a":1}', true],
    ['{"a":1', false],
    ['not JSON', false],
    ['', false],
  ] as const) {
    const bytes = Buffer.from(result);
    const workload = { ...waiting, status: 'completed', endedAt: 5, bodyBytes: bytes.byteLength };
    const bodies = result === '' ? [] : [{ body: bytes.toString('base64') }];
    writeFileSync(file, sealed([head, { workload }, ...bodies, end(1)]));
    if (isWhole) assert.is((await look()).workloads, 1);
    else assert.match(await messageOf(look()), /: the result of the workload in line 2 is not JSON/);
  }
});

test('an end at no date is refused', async () => {
  const workload = { ...waiting, status: 'cancelled', endedAt: 9e15, bodyBytes: null };
  writeFileSync(file, sealed([head, { workload }, end(1)]));
  assert.match(await messageOf(look()), /^Line 2 of .*: endedAt of its workload cannot be 9000000000000000/);
});

test('all that a POST takes is read', async () => {
  const most = { ...waiting, id: 'Az09._:-'.repeat(16), contentType: 'Text/Plain ;\tcharset="ut\u00e4"', attempt: 3 };
  const workload = { ...most, supervisorDeaths: 10, submittedAt: 8.64e15, bodyBytes: 0, digest: DIGEST_OF_NOTHING };
  writeFileSync(file, sealed([head, { workload }, end(1)]));
  assert.is((await look()).workloads, 1);
});

test('what cannot be read is said', async () => {
  mkdirSync(join(folder, 'sub'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const [path, says] of [
    [join(folder, 'sub'), /it is a folder/],
    [join(folder, 'pipe'), /it is not a file/],
    [join(folder, 'nothing'), /no such file/],
    // Its owner may open it, and then not read its first byte.
    ['/proc/self/mem', /EIO/],
  ] as const) {
    assert.is(await codeOf(look(path)), 'PONS_ERR_MOVE_FILE_UNREADABLE', path);
    assert.match(await messageOf(look(path)), says);
  }
});

test.run();
