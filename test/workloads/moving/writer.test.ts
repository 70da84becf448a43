import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lookThrough } from '../../../runtime/workloads/moving/import.ts';
import { ExportWriter } from '../../../runtime/workloads/moving/writer.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { codeOf } from '../samples.ts';

const NOBODY = 65534;

const IS_ROOT = process.getuid?.() === 0;

/** Runs `act` without the rights of root, in a folder that is its user's. */
async function withoutRoot<T>(folder: string, act: () => Promise<T>): Promise<T> {
  if (!IS_ROOT) return act();
  chownSync(folder, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

test('a file that appears while an export is written is left alone', async () => {
  const folder = makeTempDir();
  const path = join(folder, 'file');
  const writer = await ExportWriter.create(path);
  writeFileSync(path, 'dear');
  assert.is(await codeOf(writer.finish()), 'PONS_ERR_MOVE_FILE_EXISTS');
  await writer.abandon();
  assert.is(readFileSync(path, 'utf8'), 'dear');
  assert.equal(readdirSync(folder), ['file']);
});

test('an export clears away what was left by one that was killed, and nothing of one that is written', async () => {
  const folder = makeTempDir();
  const { pid: dead } = spawnSync('true');
  const mine = [
    'file.1000000-x.part',
    'other.part',
    `other.${dead}-00000000.part`,
    `file.${process.ppid}-00000000.part`,
  ];
  const left = [`file.${dead}-00000000.part`, `file.${process.pid}-00000000.part`];
  for (const name of [...mine, ...left]) writeFileSync(join(folder, name), '');
  const writer = await ExportWriter.create(join(folder, 'file'));
  assert.is(await codeOf(ExportWriter.create(join(folder, 'file'))), 'PONS_ERR_MOVE_FILE_EXISTS');
  await writer.finish();
  assert.equal(readdirSync(folder).sort(), [...mine, 'file'].sort());
});

test('an export that cannot be made durable under its name is not there', async () => {
  const folder = makeTempDir();
  const code = await withoutRoot(folder, async () => {
    const writer = await ExportWriter.create(join(folder, 'file'));
    // What is in it may be changed, but it cannot be opened.
    chmodSync(folder, 0o300);
    const refused = await codeOf(writer.finish());
    await writer.abandon();
    return refused;
  });
  chmodSync(folder, 0o700);
  assert.is(code, 'PONS_ERR_MOVE_FILE_UNWRITABLE');
  assert.equal(readdirSync(folder), []);
});

test('where there can be no links, an export gets its name all the same, and replaces nothing', async () => {
  if (!IS_ROOT) {
    notRun('root: without it there is nobody else whose file could not be linked');
    return;
  }
  const folder = makeTempDir();
  const [path, taken] = [join(folder, 'file'), join(folder, 'taken')];
  // The kernel refuses links to the files of others.
  const writers = [await ExportWriter.create(path), await ExportWriter.create(taken)] as const;
  const code = await withoutRoot(folder, async () => {
    await writers[0].finish();
    writeFileSync(taken, 'dear');
    return codeOf(writers[1].finish());
  });
  await writers[1].abandon();
  assert.is(code, 'PONS_ERR_MOVE_FILE_EXISTS');
  assert.is((await lookThrough(path, new AbortController().signal)).workloads, 0);
  assert.is(readFileSync(taken, 'utf8'), 'dear');
  assert.equal(readdirSync(folder).sort(), ['file', 'taken']);
});

test.run();
