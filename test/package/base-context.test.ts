import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { baseContext } from '../../runtime/package/base-context.ts';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** What every Dockerfile of `images/` copies from its context. */
const COPIED = readdirSync(join(ROOT, 'images'))
  .map((name) => join(ROOT, 'images', name, 'Dockerfile'))
  .filter((file) => existsSync(file))
  .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^COPY (?!--from)(.*) \S+$/gm)])
  .flatMap(([, sources = '']) => sources.split(' '));

test('the checkout is a context as it is', async () => {
  assert.is(await baseContext(ROOT, 'pons/gateway:1', makeTempDir()), ROOT);
});

test('the package that npm makes has all that its images are built from', async () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [made] = JSON.parse(packed) as { files: { path: string }[] }[];
  const files = made?.files ?? [];
  const root = makeTempDir();
  // The build is there when npm packs it for somebody, and need not be in a checkout.
  for (const path of [...files.map((file) => file.path), 'dist/npmrc', 'dist/package-lock.json']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  const context = await baseContext(root, 'pons/gateway:1', makeTempDir());
  assert.is.not(context, root);
  assert.ok(COPIED.length > 10);
  assert.equal(
    [...COPIED, '.dockerignore', 'images/gateway/Dockerfile'].filter((path) => !existsSync(join(context, path))),
    [],
  );
  assert.is(readFileSync(join(context, 'package-lock.json'), 'utf8'), 'dist/package-lock.json');
});

test('an installation that only serves builds no base image', async () => {
  const root = makeProject({ 'package.json': '{}', 'dist/npmrc': '' });
  const error = await baseContext(root, 'pons/gateway:1', makeTempDir()).catch((reason: unknown) => reason);
  assert.ok(isKnownError(error));
  assert.is(error.code, 'PONS_ERR_BUILD_BASE_UNUSABLE');
  assert.match(error.message, 'images');
});

test.run();
