import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  logicalLines,
  parseRequirementLine,
  type RequirementLine,
} from '../../../runtime/project/dependencies/requirement-line.ts';
import { readRequirements, type Requirements } from '../../../runtime/project/dependencies/requirements.ts';
import { makeTree } from '../support/tree.ts';

const remote: RequirementLine = { kind: 'requirement', localPath: null, editable: false };
const local = (localPath: string): RequirementLine => ({ kind: 'requirement', localPath, editable: false });
const option: RequirementLine = { kind: 'option', localPath: null };

const lines: [line: string, parsed: RequirementLine][] = [
  ['six', remote],
  ['six==1.16.0', remote],
  ['requests[security]>=2.8.1,==2.8.* ; python_version < "2.7"', remote],
  ['six --hash=sha256:abc/def', remote],
  ['git+https://github.com/a/b.git@v1#egg=b', remote],
  ['git+ssh://git@host/a/b', remote],
  ['b @ git+https://github.com/a/b', remote],
  ['https://host/six-1.0-py3-none-any.whl', remote],
  ['six @ https://host/six.whl', remote],
  ['.', local('.')],
  ['.[dev]', local('.')],
  ['./pkg', local('./pkg')],
  ['../pkg', local('../pkg')],
  ['pkg/sub', local('pkg/sub')],
  ['/opt/pkg', local('/opt/pkg')],
  ['./pkg[extra] ; python_version >= "3"', local('./pkg')],
  ['six-1.0-py3-none-any.whl', local('six-1.0-py3-none-any.whl')],
  ['pkg.tar.gz', local('pkg.tar.gz')],
  ['file:///opt/a%20b', local('/opt/a b')],
  ['file:///opt/100%', local('/opt/100%')],
  ['file:./pkg', local('./pkg')],
  ['file:pkg#egg=x', local('pkg')],
  ['pkg @ file:///opt/pkg', local('/opt/pkg')],
  ['-e .', { kind: 'requirement', localPath: '.', editable: true }],
  ['-e ./x[dev]', { kind: 'requirement', localPath: './x', editable: true }],
  ['--editable=x', { kind: 'requirement', localPath: 'x', editable: true }],
  ['-e git+https://host/a#egg=a', { kind: 'requirement', localPath: null, editable: true }],
  ['-r other.txt', { kind: 'file', path: 'other.txt' }],
  ['-rother.txt', { kind: 'file', path: 'other.txt' }],
  ['--requirement other.txt', { kind: 'file', path: 'other.txt' }],
  ['--requirement="a b.txt"', { kind: 'file', path: 'a b.txt' }],
  ['-c limits.txt', { kind: 'file', path: 'limits.txt' }],
  ['--constraint=limits.txt', { kind: 'file', path: 'limits.txt' }],
  ['-r https://host/r.txt', option],
  ['-r file:///opt/r.txt', { kind: 'file', path: '/opt/r.txt' }],
  ['--index-url https://host/simple', option],
  ['-i https://host/simple', option],
  ['--no-index', option],
  ['--pre', option],
  ['--find-links ./wheels', { kind: 'option', localPath: './wheels' }],
  ['-f https://host/wheels', option],
];
for (const [line, parsed] of lines) {
  test(`the requirement line "${line}" is read as pip reads it`, () => {
    assert.equal(parseRequirementLine(line), parsed);
  });
}

test('comments, blank and continued lines are read as pip reads them', () => {
  const content = '\ufeff# all\n\nsix \\\r\n  ==1.0 # why\r\n  # indented\nb#egg=c\n\t\nd\\\n';
  assert.equal(logicalLines(content), ['six   ==1.0', 'b#egg=c', 'd']);
});

async function read(root: string, environment = {}): Promise<Requirements> {
  return await readRequirements(root, 'requirements.txt', environment);
}

const base = {
  'requirements.txt': 'six\n-r nested/more.txt\n-c limits.txt\n',
  'nested/more.txt': '-r deeper.txt\niniconfig\n',
  'nested/deeper.txt': 'packaging\n',
  'limits.txt': 'six<2\n',
  'predictor.py': 'import six\n',
};

test('the fingerprint changes with each file that is included, relative to the one that includes it, and with nothing else', async () => {
  const { fingerprint } = await read(makeTree(base));
  assert.is((await read(makeTree({ ...base, 'predictor.py': 'changed' }))).fingerprint, fingerprint);
  assert.is((await read(makeTree({ ...base, 'limits.txt': '# a comment\nsix<2\n\n' }))).fingerprint, fingerprint);
  assert.is((await read(makeTree({ ...base, 'deeper.txt': 'not the one' }))).fingerprint, fingerprint);
  for (const path of ['requirements.txt', 'nested/more.txt', 'nested/deeper.txt', 'limits.txt'] as const) {
    const changed = await read(makeTree({ ...base, [path]: `${base[path]}attrs\n` }));
    assert.is.not(changed.fingerprint, fingerprint, path);
  }
});

test('the fingerprint changes with the content of a local path that is named, and only with that one', async () => {
  for (const line of ['./pkg', '-e ./pkg', '--find-links pkg', 'pkg/setup.py', '${WHERE}']) {
    const tree = { 'requirements.txt': `${line}\n`, 'pkg/setup.py': '1', 'other/file': '1' };
    const environment = { WHERE: './pkg' };
    const { fingerprint } = await read(makeTree(tree), environment);
    assert.is((await read(makeTree({ ...tree, 'other/file': '2' }), environment)).fingerprint, fingerprint, line);
    assert.is.not((await read(makeTree({ ...tree, 'pkg/setup.py': '2' }), environment)).fingerprint, fingerprint, line);
  }
});

test('files that include one another in a circle, and missing ones, are read to an end', async () => {
  assert.ok(
    (await read(makeTree({ 'requirements.txt': '-r a.txt\n', 'a.txt': '-r requirements.txt\nsix\n' }))).fingerprint,
  );
  const missing = await read(makeTree({ 'requirements.txt': '-r nowhere.txt\n' }));
  assert.not.ok(missing.isEmpty, 'pip has to tell');
});

test('a file that names no package is empty, and an editable one is known', async () => {
  for (const content of ['', '# nothing\n', '--index-url https://host\n', '-r empty.txt\n']) {
    assert.ok((await read(makeTree({ 'requirements.txt': content, 'empty.txt': '\n' }))).isEmpty, content);
  }
  const root = makeTree({ 'requirements.txt': '-r x/more.txt\n' });
  mkdirSync(join(root, 'x'));
  writeFileSync(join(root, 'x', 'more.txt'), '-e .\n');
  assert.ok((await read(root)).hasEditable);
  assert.not.ok((await read(makeTree({ 'requirements.txt': 'six\n' }))).hasEditable);
});

test('what is read and named is told, within the project', async () => {
  const root = makeTree({
    'requirements.txt': '-r more/others.txt\n-e .\n./lib\n./gone\nsix\n',
    'more/others.txt': '-c limits.txt\n',
    'more/limits.txt': 'six<2\n',
    'lib/setup.py': '',
  });
  assert.equal((await read(root)).needs, ['', 'lib', 'more/limits.txt', 'more/others.txt', 'requirements.txt']);
});

for (const [line, needed] of [
  ['lib @ file:///mnt/project/lib', 'lib'],
  ['/mnt/project/lib', 'lib'],
  ['-f file:///mnt/project/lib', 'lib'],
  ['-r file:///mnt/project/lib/more.txt', 'lib/more.txt'],
  ['--constraint=file:///mnt/project/lib/more.txt', 'lib/more.txt'],
  ['-r /mnt/project/lib/more.txt', 'lib/more.txt'],
] as const) {
  test(`what "${line}" names in the image is of the project, from whichever folder`, async () => {
    const tree = { 'requirements.txt': '-r a/b.txt\n', 'a/b.txt': `${line}\n`, 'lib/more.txt': 'six\n' };
    const { needs, fingerprint } = await read(makeTree(tree));
    assert.equal(needs, ['a/b.txt', needed, 'requirements.txt']);
    assert.is.not((await read(makeTree({ ...tree, 'lib/more.txt': 'attrs\n' }))).fingerprint, fingerprint);
  });
}

test('a file that is named as one of the image and is there with nothing in it names no package', async () => {
  const tree = { 'requirements.txt': '-r file:///mnt/project/empty.txt\n', 'empty.txt': '\n' };
  assert.ok((await read(makeTree(tree))).isEmpty);
});

test.run();
