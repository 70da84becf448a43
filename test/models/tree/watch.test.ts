import {
  appendFileSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelTree } from '../../../runtime/models/model-tree.ts';
import { makeTree } from '../../project/support/tree.ts';
import { deadline } from '../../support/deadline.ts';
import { put, savedModel } from '../support/files.ts';
import { untilTree, versionsIn, withTree } from '../support/open-tree.ts';

const dir = { kind: 'dir', dir: 'all' } as const;

function fingerprint(tree: ModelTree, name: string): string | undefined {
  return tree.models.get(name)?.[0]?.fingerprint;
}

/** Resolves when the log has a line that fits. */
async function untilLogged(logged: readonly string[], pattern: RegExp): Promise<string> {
  const look = async (): Promise<string> => {
    for (;;) {
      const line = logged.find((one) => pattern.test(one));
      if (line !== undefined) return line;
      await pause(5);
    }
  };
  return deadline(60_000, look(), `a line like ${String(pattern)}`);
}

test('models and versions that come, change and go are seen', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': '1', 'all/b/1/x.onnx': '1' });
  await withTree({ source: dir, projectRoot }, async (tree) => {
    put(projectRoot, 'all/b/2/x.onnx', '2');
    await untilTree(tree, 'a new version', () => versionsIn(tree).includes('b/2'));
    put(projectRoot, 'all/c/x.onnx', '1');
    await untilTree(tree, 'a new model', () => versionsIn(tree).includes('c/1'));
    const before = fingerprint(tree, 'a');
    put(projectRoot, 'all/a/x.onnx', '2');
    await untilTree(tree, 'a change', () => fingerprint(tree, 'a') !== before);
    rmSync(join(projectRoot, 'all/b/1'), { recursive: true });
    await untilTree(tree, 'a version less', () => !versionsIn(tree).includes('b/1'));
    rmSync(join(projectRoot, 'all/c'), { recursive: true });
    await untilTree(tree, 'a model less', () => !tree.models.has('c'));
    assert.equal(versionsIn(tree), ['a/1', 'b/2']);
  });
});

test('a file that is written over in place, its size and time kept, is seen', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': 'one' });
  const path = join(projectRoot, 'all/a/x.onnx');
  utimesSync(path, 1_600_000_000, 1_600_000_000);
  await withTree({ source: dir, projectRoot }, async (tree) => {
    const [before, { ino }] = [fingerprint(tree, 'a'), statSync(path)];
    writeFileSync(path, 'two');
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    assert.is(statSync(path).ino, ino);
    await untilTree(tree, 'the change', () => fingerprint(tree, 'a') !== before);
  });
});

test('a file that is exchanged by another of the same size and time is seen', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': 'one' });
  await withTree({ source: dir, projectRoot }, async (tree) => {
    const before = fingerprint(tree, 'a');
    put(projectRoot, 'new.onnx', 'two');
    renameSync(join(projectRoot, 'new.onnx'), join(projectRoot, 'all/a/x.onnx'));
    await untilTree(tree, 'the exchange', () => fingerprint(tree, 'a') !== before);
  });
});

test('a file beside the model counts as the model', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': 'one', 'all/a/x.onnx.data': 'weights' });
  await withTree({ source: dir, projectRoot }, async (tree) => {
    const before = fingerprint(tree, 'a');
    appendFileSync(join(projectRoot, 'all/a/x.onnx.data'), 'more');
    await untilTree(tree, 'the change', () => fingerprint(tree, 'a') !== before);
  });
});

test('a model that is still being written is not taken up', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': '1' });
  await withTree({ source: dir, projectRoot, reloadIntervalMs: 100 }, async (tree) => {
    let changes = 0;
    tree.onChanged(() => {
      changes += 1;
    });
    put(projectRoot, 'all/a2/x.onnx', '');
    const file = openSync(join(projectRoot, 'all/a2/x.onnx'), 'w');
    // Longer than many looks: each of them sees another size.
    for (let written = 0; written < 100; written += 1) {
      writeSync(file, 'part');
      await pause(10);
    }
    assert.is(changes, 0);
    closeSync(file);
    await untilTree(tree, 'the whole model', () => tree.models.has('a2'));
  });
});

test('a broken new version is said, once, and those before stay', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': '1' });
  const logged: string[] = [];
  await withTree({ source: dir, projectRoot, logged }, async (tree) => {
    put(projectRoot, 'all/a/2/x.txt', 'no model');
    const line = await untilLogged(logged, /^error: Version 2 of the model at all\/a has no \.onnx file/);
    assert.match(line, '    └── 2/');
    assert.match(line, /\nVersion 1 goes on serving as it was\.\n {2}Arrange the files .* \[PONS_ERR_MODELS_LAYOUT\]$/);
    put(projectRoot, 'all/a/3/x.onnx', '3');
    await untilTree(tree, 'a good version', () => versionsIn(tree).includes('a/3'));
    assert.equal(versionsIn(tree), ['a/1', 'a/3']);
    assert.is(logged.length, 1);
  });
});

test('a model whose layout breaks keeps its versions', async () => {
  const projectRoot = makeTree({ ...savedModel('all/a/1'), ...savedModel('all/a/2') });
  const logged: string[] = [];
  await withTree({ type: 'tensorflow', source: dir, projectRoot, logged }, async (tree) => {
    for (const [path, content] of Object.entries(savedModel('all/a'))) put(projectRoot, path, content);
    const line = await untilLogged(logged, /^error: The model "a" at all\/a has both model files and version folders/);
    assert.match(line, /\nVersions 1, 2 go on serving as they were\.\n {2}Arrange .* \[PONS_ERR_MODELS_LAYOUT\]$/);
    assert.equal(versionsIn(tree), ['a/1', 'a/2']);
  });
});

test('of a version whose layout breaks it is said that it goes on, and nothing of the others', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': '1', 'all/a/2/x.onnx': '2' });
  const logged: string[] = [];
  await withTree({ source: dir, projectRoot, logged }, async (tree) => {
    put(projectRoot, 'all/a/2/y.onnx', '2');
    const line = await untilLogged(logged, /^error: Version 2 of the model at all\/a has 2 \.onnx files/);
    assert.match(line, /\nVersion 2 goes on serving as it was\.\n {2}Arrange .* \[PONS_ERR_MODELS_LAYOUT\]$/);
    assert.equal(versionsIn(tree), ['a/1', 'a/2']);
  });
});

test('of a folder of models whose layout breaks it is said which models go on', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': '1', 'all/a/2/x.onnx': '2', 'all/b/x.onnx': '1' });
  const logged: string[] = [];
  await withTree({ source: dir, projectRoot, logged }, async () => {
    put(projectRoot, 'all/x.onnx', '2');
    const line = await untilLogged(logged, /^error: The folder of models all holds a model's files directly/);
    assert.match(
      line,
      /\nThe models "a", "b" go on serving as they were\.\n {2}Arrange .* \[PONS_ERR_MODELS_LAYOUT\]$/,
    );
  });
});

for (const [what, remove, said] of [
  [
    'a folder of models that is removed',
    (all: string) => {
      rmSync(all, { recursive: true });
    },
    'The folder of models is missing: there is nothing at all.',
  ],
  [
    'a model that is emptied',
    (all: string) => {
      rmSync(join(all, 'a/x.onnx'));
    },
    'The model "a" at all/a is empty.',
  ],
] as const) {
  test(`${what} is said to be released, as it is`, async () => {
    const projectRoot = makeTree({ 'all/a/x.onnx': '1' });
    const logged: string[] = [];
    await withTree({ source: dir, projectRoot, logged }, async (tree) => {
      remove(join(projectRoot, 'all'));
      const line = await untilLogged(logged, /^error: /);
      assert.ok(line.startsWith(`error: ${said}`), line);
      assert.match(
        line,
        /\nWhat was loaded from there is released\.\n {2}[A-Z].*\. \[PONS_ERR_MODELS_(LAYOUT|NOT_FOUND)\]$/,
      );
      assert.is(tree.models.size, 0);
    });
  });
}

test('a new model that is broken from the start is said, and nothing of what was there before', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': '1' });
  const logged: string[] = [];
  await withTree({ source: dir, projectRoot, logged }, async () => {
    put(projectRoot, 'all/b/x.txt', 'no model');
    assert.not.match(await untilLogged(logged, /^error: The model "b" at all\/b has no \.onnx file/), 'goes on');
  });
});

test('a single model whose files are all removed is gone, and comes back', async () => {
  const projectRoot = makeTree({ 'm/x.onnx': '1' });
  await withTree({ source: { kind: 'path', path: 'm' }, projectRoot }, async (tree) => {
    rmSync(join(projectRoot, 'm'), { recursive: true });
    await untilTree(tree, 'the end', () => tree.models.size === 0);
    put(projectRoot, 'm/x.onnx', '2');
    await untilTree(tree, 'the return', () => versionsIn(tree).includes('_cortex_default/1'));
  });
});

test('files that are not those of the version that is asked for are not given out', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': '1' });
  await withTree({ source: dir, projectRoot, reloadIntervalMs: 600_000 }, async (tree) => {
    const [version] = tree.models.get('a') ?? [];
    assert.ok(version);
    put(projectRoot, 'all/a/x.onnx', 'half of');
    const error: unknown = await tree.fetch(version).catch((thrown: unknown) => thrown);
    assert.match(
      String(error),
      'the model "a" (version 1) cannot be had: The model files at all/a cannot be read (they are being changed)',
    );
    const other: unknown = await tree.fetch({ ...version, fingerprint: 'x' }).catch((thrown: unknown) => thrown);
    assert.match(String(other), 'the files of the model "a" (version 1) are others now');
    rmSync(join(projectRoot, 'all/a'), { recursive: true });
    const gone: unknown = await tree.fetch(version).catch((thrown: unknown) => thrown);
    assert.match(String(gone), 'The model files at all/a cannot be read (they were removed)');
  });
});

test('a tree that is closed tells of no change', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': '1' });
  let changes = 0;
  await withTree({ source: dir, projectRoot }, (tree) => {
    tree.onChanged(() => {
      changes += 1;
    });
    return Promise.resolve();
  });
  put(projectRoot, 'all/b/x.onnx', '1');
  await pause(200);
  assert.is(changes, 0);
});

test.run();
