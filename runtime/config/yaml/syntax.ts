import { Composer, type CST, type Document, LineCounter, Parser } from 'yaml';
import type { Position, Report } from '../config-problem.ts';

/** How deep lists and maps may nest. */
export const MAX_DEPTH = 100;

const SHOWN_ERRORS = 50;

/** What the parser's codes mean for whoever wrote the file; others are told in the parser's words. */
const explained: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line; indent with spaces',
  BAD_INDENT:
    'the indentation is wrong; keys of one map and items of one list begin in the same column, what is inside them further right',
  BAD_SCALAR_START: 'no plain text can begin with this character; put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line; put the value in quotes, or begin a new line',
  MULTILINE_IMPLICIT_KEY: 'a key must be followed by ": " in its own line',
  MULTIPLE_ANCHORS: 'a value has two anchors; it can have one',
  MULTIPLE_TAGS: 'a value has two tags; it can have one',
};

/** Messages of the parser that need other words than their code's. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/sufficiently indented/, 'a bracket is not closed, or what it holds is not indented further than the key before it'],
  [
    /^Missing closing/,
    'a text in quotes does not end, or its next line is not indented; close the quotes, or indent the line',
  ],
  [/^Unexpected .* at node end$/, 'more text follows where the value has ended; put the whole value in quotes'],
  [/^Implicit map keys need/, 'a key must be followed by ": " and its value'],
  [/^Nested mappings are not allowed/, 'a second ": " in one line; put the value in quotes, or begin a new line'],
];

/** A parsed document and where its offsets are. */
export interface ParsedYaml {
  readonly document: Document.Parsed;
  readonly positionOf: (offset: number) => Position;
}

/** Parses one YAML document, every scalar kept as text; null when the syntax is wrong, which is reported, all errors at once. */
export function parseYaml(text: string, report: Report): ParsedYaml | null {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const found = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, found.line), column: Math.max(1, found.col) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  // Composing recurses: what is nested too deeply would end the process, not raise.
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== null) {
    report(
      positionOf(tooDeep),
      '',
      `lists and maps are nested more than ${MAX_DEPTH} deep; make the structure flatter`,
    );
    return null;
  }
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, strict: true });
  const documents = [...composer.compose(tokens, true, text.length)];
  if (reportSyntax(documents, positionOf, report)) return null;
  const filled = documents.filter((document) => !isEmpty(document));
  const [first, second] = filled;
  if (second !== undefined) {
    report(
      positionOf(second.contents?.range[0] ?? second.range[0]),
      '',
      'a second YAML document begins here; the file must hold one document: put all APIs into one list, without "---" between them',
    );
    return null;
  }
  const document = first ?? documents[0];
  return document === undefined ? null : { document, positionOf };
}

function isEmpty(document: Document.Parsed): boolean {
  const contents = document.contents;
  return contents === null || (contents.range[0] === contents.range[1] && contents.tag === undefined);
}

function reportSyntax(documents: Document.Parsed[], positionOf: (offset: number) => Position, report: Report): boolean {
  const errors = documents.flatMap((document) => document.errors).sort((a, b) => a.pos[0] - b.pos[0]);
  const shownLines = new Set<number>();
  for (const error of errors) {
    const at = positionOf(error.pos[0]);
    // Once the parser has lost its place, each further token is an error: only the first of a line is worth reading.
    const echo = shownLines.size > 0 && error.message.includes('in YAML stream');
    if (echo || shownLines.has(at.line) || shownLines.size >= SHOWN_ERRORS) continue;
    shownLines.add(at.line);
    report(at, '', `not valid YAML: ${explain(error)}`);
  }
  return errors.length > 0;
}

function explain(error: { readonly code: string; readonly message: string }): string {
  const reworded = rewordings.find(([pattern]) => pattern.test(error.message))?.[1];
  const sentence = reworded ?? explained[error.code];
  return sentence ?? error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

/** The offset of the first token deeper than `MAX_DEPTH`, found without recursion. */
function findTooDeep(tokens: CST.Token[]): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) open.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return null;
}
