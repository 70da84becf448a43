import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseIgnoreFile } from '../../runtime/project/ignore.ts';
import { ignoredByGit } from './support/git.ts';

const names = [
  'a',
  'b',
  'ab',
  'aa',
  'c.txt',
  '.a',
  'a b',
  'a ',
  'é',
  'aéb',
  'aa\u00a0',
  'a*',
  'a?',
  '!a',
  '#a',
  '\\a',
  '[',
  ']',
  '-',
  'A',
  '日本',
];

/** Files at three depths whose names hold everything that a pattern can speak of. */
const paths = [
  ...names,
  ...names.flatMap((name) => [`a/${name}`, `b/${name}`, `ab/${name}`, `a/b/${name}`, `aa/x/${name}`]),
  'build/out/x.o',
  'src/build/x.o',
  'src/lib/deep/er/x.txt',
  'src/library/x.txt',
  'axy/z/b',
  'docs/a.md',
  'docs/keep/a.md',
];

/** Each is a whole ignore file. */
const contents: readonly string[] = [
  '',
  '\n\n',
  '# comment\n',
  '#a\n',
  '\\#a\n',
  '!a\n',
  '\\!a\n',
  'a\n',
  'a\n!a\n',
  '!a\na\n',
  'a/\n',
  '/a\n',
  '/a/\n',
  'a/b\n',
  '/a/b\n',
  'a/b/\n',
  '*\n',
  '/*\n',
  '*/\n',
  '*\n!*/\n!c.txt\n',
  'a/*\n!a/b/\n',
  'a/\n!a/b/c.txt\n',
  'docs/\n!docs/keep/\n',
  'docs/*\n!docs/keep/\n',
  '*.txt\n',
  '**/c.txt\n',
  'a/**\n',
  'a/**/c.txt\n',
  '**\n',
  '/**\n',
  '**/\n',
  '/**/\n',
  'a/**/\n',
  '**/b/**\n',
  '***/b\n',
  'a***\n',
  'a**\n',
  'a**/b\n',
  '/a**/b\n',
  '!a**/b\n',
  '*\n!a**/b\n',
  'src/lib**\n',
  'src/lib**/x.txt\n',
  'src/**lib\n',
  'src/*b/**/x.txt\n',
  '?\n',
  '??\n',
  'a?b\n',
  'a??b\n',
  'é\n',
  '[é]\n',
  '日??\n',
  '日本\n',
  '[ab]\n',
  '[!a]\n',
  '[^a]\n',
  '[a-c]\n',
  '[c-a]\n',
  '[]a]\n',
  '[!]a]\n',
  '[[]\n',
  '[]-]\n',
  '[\\]]\n',
  '[[:alpha:]]\n',
  '[[:upper:]]\n',
  '[[:digit:][:punct:]]\n',
  '[[:nonsense:]]\n',
  '[a\n',
  'a[/]b\n',
  'a\\*\n',
  'a\\?\n',
  '\\\\a\n',
  'a\\\n',
  '\\a\n',
  'a \n',
  'a   \n',
  'a\\ \n',
  'a\\  \n',
  'a b\n',
  '  a\n',
  'a\t\n',
  'a\r\n',
  'a/\r\nb\r\n',
  'a\r',
  'a \r\n',
  'a\r\r\n',
  '\r\n',
  'aa\u00a0\n',
  '\ufeffa\n',
  '\ufeff# a\nb\n',
  'b\n\ufeffa\n',
  './a\n',
  'a//b\n',
  '//\n',
  '/\n',
  'b',
  'build\n!src/build\n',
  'A\n',
  '!\n',
  '!!a\n',
  '*.TXT\n',
  'x.o\n',
  '/x.o\n',
  'out/x.o\n',
  '.\n',
  '..\n',
  '.*\n',
];

test('every ignore file of a wide table excludes exactly what git excludes', () => {
  const differences: string[] = [];
  let excludedCount = 0;
  for (const content of contents) {
    const rules = parseIgnoreFile(Buffer.from(content));
    const git = ignoredByGit(content, paths);
    excludedCount += git.size;
    for (const path of paths) {
      const isExcluded = rules.excludedBy(path, false) !== null;
      if (isExcluded !== git.has(path))
        differences.push(`${JSON.stringify(content)} ${path}: git says ${git.has(path)}`);
    }
  }
  assert.equal(differences, []);
  assert.ok(excludedCount > 1000, 'the table must speak of its paths');
});

test('an ignore file that is not UTF-8 excludes what git excludes', () => {
  const content = Buffer.from('a\n\xe9*\nb\xff\nc.txt\n', 'latin1');
  const rules = parseIgnoreFile(content);
  const excluded = paths.filter((path) => rules.excludedBy(path, false) !== null);
  assert.equal(new Set(excluded), ignoredByGit(content, paths));
});

test('random ignore files exclude exactly what git excludes', () => {
  const atoms = [
    'a',
    'b',
    'a',
    'b',
    '/',
    '/',
    '*',
    '**',
    '**/',
    '?',
    '[ab]',
    '[!a]',
    '\\a',
    'é',
    '!',
    '#',
    ' ',
    '.',
    '\\/',
  ];
  let state = 20260101;
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return Math.floor(state / 7) % below;
  };
  const line = (): string => Array.from({ length: 1 + random(6) }, () => atoms[random(atoms.length)] ?? '').join('');
  for (let round = 0; round < 80; round += 1) {
    const content = `${Array.from({ length: 1 + random(3) }, line).join('\n')}\n`;
    const rules = parseIgnoreFile(Buffer.from(content));
    const excluded = paths.filter((path) => rules.excludedBy(path, false) !== null);
    assert.equal(new Set(excluded), ignoredByGit(content, paths), JSON.stringify(content));
  }
});

test('the line that excludes is named as it is written', () => {
  const rules = parseIgnoreFile(Buffer.from('# models\n\n*.bin\r\n!keep.bin\n/data/ \n'));
  assert.equal(rules.excludedBy('x/model.bin', false), { line: 3, pattern: '*.bin' });
  assert.equal(rules.excludedBy('data/é/x.csv', false), { line: 5, pattern: '/data/' });
  assert.is(rules.excludedBy('keep.bin', false), null);
  assert.is(rules.excludedBy('data', false), null);
  assert.equal(rules.excludedBy('data', true), { line: 5, pattern: '/data/' });
});

test.run();
