import { linkSync, lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sweep } from '../../../../runtime/models/tree/s3/sweep.ts';
import { listTree } from '../../../project/support/tree.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

const LONG_AGO = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);

test('what no start has used for a week is removed, and what was left half made', async () => {
  const root = makeTempDir();
  const [versions, objects, checksums] = [join(root, 'versions'), join(root, 'objects'), join(root, 'checksums')];
  mkdirSync(objects);
  mkdirSync(checksums);
  for (const name of ['old', 'kept', 'new', 'lost']) writeFileSync(join(checksums, name), '');
  for (const name of ['old', 'kept', 'old.part', 'new.part']) writeFileSync(join(objects, name), name);
  for (const [home, object] of [
    ['stale', 'old'],
    ['fresh', 'kept'],
    ['fresh.1.draft', 'kept'],
  ] as const) {
    mkdirSync(join(versions, home, '1'), { recursive: true });
    linkSync(join(objects, object), join(versions, home, '1', 'x.onnx'));
  }
  for (const path of ['versions/stale', 'objects/old', 'objects/kept', 'objects/old.part']) {
    utimesSync(join(root, path), LONG_AGO, LONG_AGO);
  }
  await sweep({ versions, objects, checksums });
  assert.equal(listTree(root), [
    'checksums/kept',
    'checksums/new',
    'objects/kept',
    'objects/new.part',
    'versions/fresh/1/x.onnx',
  ]);
});

test('a symbolic link is as old as itself, whatever it points to', async () => {
  const root = makeTempDir();
  const [objects, target] = [join(root, 'objects'), join(root, 'target')];
  mkdirSync(objects);
  writeFileSync(target, '');
  utimesSync(target, LONG_AGO, LONG_AGO);
  for (const name of ['old', 'new.part']) symlinkSync(target, join(objects, name));
  lutimesSync(join(objects, 'old'), LONG_AGO, LONG_AGO);
  await sweep({ versions: join(root, 'versions'), objects, checksums: join(root, 'checksums') });
  assert.equal(listTree(objects), [`new.part -> ${target}`]);
});

test('a state folder without downloads is no problem', async () => {
  const root = makeTempDir();
  await sweep({ versions: join(root, 'versions'), objects: join(root, 'objects'), checksums: join(root, 'checksums') });
});

test.run();
