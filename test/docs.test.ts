import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseBlocks, type Block } from './support/docs/blocks.ts';
import { isAsShown } from './support/docs/expected.ts';
import { complaintOfPython } from './support/docs/python-syntax.ts';
import { Reader } from './support/docs/reader.ts';
import { MAIN, TSX } from './support/served.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

for (const page of pages) {
  const blocks = parseBlocks(textOf(page));
  if (blocks.length > 0) testPage(page, blocks);
}

function testPage(page: string, blocks: readonly Block[]): void {
  const followed = suite(page);
  const reader = new Reader();
  followed.after(() => reader.close());
  for (const [at, block] of blocks.entries()) {
    const next = blocks[at + 1];
    const printed = next?.directive.kind === 'prints' ? next.text : null;
    followed(`the block at ${page}:${block.line} does what the page says`, () => follow(reader, block, printed));
  }
  followed.run();
}

async function follow(reader: Reader, block: Block, printed: string | null): Promise<void> {
  const { directive, language, text } = block;
  if (directive.kind === 'file') reader.write(directive.name, text);
  if (language === 'python') assert.is(complaintOfPython(text), null);
  else if (language === 'json') JSON.parse(text);
  else if (language !== 'sh') assert.ok(['', 'yaml'].includes(language), `nobody checks ${language} blocks`);
  else if (directive.kind === 'serves') await reader.serve(text);
  else if (directive.kind === 'none')
    await (printed === null ? reader.run(text) : reader.runUntil(text, JSON.parse(printed)));
}

test('every link between the pages leads to a file', () => {
  const dead = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.equal(dead, []);
});

/** The anchors that GitHub makes of the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  const prose = textOf(page).replace(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link to a part of a page leads to one of its headings', () => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, target = '', anchor = '']) => ({
      page,
      target: target === '' ? page : join(dirname(page), target),
      anchor,
    })),
  );
  assert.ok(links.length > 5);
  const dead = links.filter(
    ({ target, anchor }) => existsSync(join(ROOT, target)) && !anchorsOf(target).includes(anchor),
  );
  assert.equal(dead, []);
});

test('every path of the repository that a page names exists', () => {
  const gone = pages.flatMap((page) =>
    [...textOf(page).matchAll(/`((?:runtime|bridge|test|docs|sample-project|\.ci|\.config)\/[\w./-]*)`/g)]
      .map(([, path]) => path ?? '')
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page}: ${path}`),
  );
  assert.equal(gone, []);
});

test('every npm script that a page names is there', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm (?:run ([\w:]+)|(test|start)\b)/g)].map(([, a, b]) => a ?? b ?? ''),
  );
  assert.ok(named.length > 5);
  assert.equal(
    named.filter((name) => !(name in scripts)),
    [],
  );
});

test('the page of operations has the options of pons serve, all of them and no others', () => {
  const help = execFileSync(process.execPath, ['--import', TSX, MAIN, 'serve', '--help'], { encoding: 'utf8' });
  const known = [...help.matchAll(/^ {2}(--[a-z-]+) /gm)].map(([, option]) => option);
  const shown = [...textOf('docs/operations.md').matchAll(/^\| `(--[a-z-]+)` /gm)].map(([, option]) => option);
  assert.ok(known.length > 3);
  assert.equal(shown.sort(), known.sort());
});

test('a block is found with its line, its language and the comment before it', () => {
  const page = 'text\n\n<!-- file: a.py -->\n```python\nx = 1\n```\n\n```sh\ntrue\n```\n';
  assert.equal(parseBlocks(page), [
    { line: 4, language: 'python', text: 'x = 1\n', directive: { kind: 'file', name: 'a.py' } },
    { line: 8, language: 'sh', text: 'true\n', directive: { kind: 'none' } },
  ]);
  assert.throws(() => parseBlocks('<!-- prnts -->\n```json\n{}\n```\n'), /prnts/);
});

test('what is shown may leave strings open, and nothing else', () => {
  assert.ok(isAsShown({ a: '...', b: [1, null] }, { a: 'x', b: [1, null] }));
  for (const other of [
    { a: 'x' },
    { a: 1, b: [1, null] },
    { a: 'x', b: [2, null] },
    { a: 'x', b: [1, null], c: 0 },
    null,
  ]) {
    assert.not.ok(isAsShown({ a: '...', b: [1, null] }, other));
  }
});

test.run();
