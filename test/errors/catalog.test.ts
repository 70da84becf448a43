import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceFiles } from '../support/source/imports.ts';
import { catalogRows, renderErrorDocs, renderMessage } from '../support/error-docs/render.ts';

const rows = catalogRows();
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The codes that no test provokes, and why. */
const NOT_PROVOKED: Readonly<Record<string, string>> = {
  PONS_ERR_HTTP_PORT_FORBIDDEN: 'root may listen everywhere, and where low ports begin is for the machine to say',
};
const CODE_PATTERN = /^PONS_ERR_[A-Z]+(_[A-Z0-9]+)+$/;

function offenders(isWrong: (entry: (typeof rows)[number][1], code: string) => boolean): string[] {
  return rows.filter(([code, entry]) => isWrong(entry, code)).map(([code]) => code);
}

test('the table has rows', () => {
  assert.ok(rows.length > 10);
});

test('every code names its area and what happened', () => {
  assert.equal(
    offenders((_entry, code) => !CODE_PATTERN.test(code)),
    [],
  );
});

test('no two files of the table define one code', () => {
  const folder = new URL('../../runtime/errors/catalog/', import.meta.url);
  const source = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('');
  const defined = [...source.matchAll(/^ {2}(PONS_ERR_\w+):/gm)].map(([, code]) => code ?? '');
  assert.is(defined.length, rows.length);
  assert.is(new Set(defined).size, defined.length);
});

test('every fix is one imperative sentence', () => {
  const isSentence = (fix: string) => /^[A-Z][a-z]/.test(fix) && /[^.]\.$/.test(fix) && !/[.!?] [A-Z]/.test(fix);
  assert.equal(
    offenders(({ fix }) => !isSentence(fix)),
    [],
  );
});

test('every status is one of HTTP for errors, and a fault of the system is never blamed on the client', () => {
  assert.equal(
    offenders(({ status }) => status < 400 || status > 599),
    [],
  );
  assert.equal(
    offenders(({ fault, status }) => fault === 'system' && status < 500),
    [],
  );
});

test('every message renders from its facts, with no hole in it', () => {
  const isBroken = (message: string) => message.trim() === '' || /\[object|=>|NaN/.test(message);
  assert.equal(
    offenders((entry) => isBroken(renderMessage(entry))),
    [],
  );
});

test('every code is named by a test that provokes it, but for those that cannot be', () => {
  const tests = sourceFiles(ROOT, 'test')
    .filter((file) => !file.startsWith('test/errors/') && !file.startsWith('test/support/'))
    .map((file) => readFileSync(`${ROOT}/${file}`, 'utf8'))
    .join('');
  const named = new Set(tests.match(/\bPONS_ERR_[A-Z0-9_]+/g));
  assert.equal(
    offenders((_entry, code) => !named.has(code) && !(code in NOT_PROVOKED)),
    [],
  );
  const stale = Object.keys(NOT_PROVOKED).filter((code) => named.has(code) || !rows.some(([known]) => known === code));
  assert.equal(stale, []);
});

test('docs/errors.md is what npm run docs:errors writes', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').split('\n');
  const stale = renderErrorDocs()
    .split('\n')
    .findIndex((line, at) => line !== page[at]);
  assert.is(stale, -1, `docs/errors.md is stale from line ${stale + 1} on: run npm run docs:errors`);
  assert.is(page.length, renderErrorDocs().split('\n').length);
});

test.run();
