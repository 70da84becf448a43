import { Composer, type CST, type Document, LineCounter, Parser } from 'yaml';
import type { Position, Report } from '../config-problem.ts';
import { explainSyntax, type Source, type SyntaxProblem } from './syntax-words.ts';
import { allTokens } from './tokens.ts';

/** How deep lists and maps may nest. */
export const MAX_DEPTH = 100;

const SHOWN_ERRORS = 50;

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
  if (reportSyntax({ text, tokens, positionOf }, documents, report)) return null;
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

function reportSyntax(source: Source, documents: Document.Parsed[], report: Report): boolean {
  const errors = documents.flatMap((document) => document.errors).sort((a, b) => a.pos[0] - b.pos[0]);
  const shown: SyntaxProblem[] = [];
  for (const error of errors) {
    const problem = explainSyntax(source, error);
    if (shown.length >= SHOWN_ERRORS || isEcho(problem, shown)) continue;
    shown.push(problem);
    report(problem.at, '', `not valid YAML: ${problem.words}`);
  }
  return errors.length > 0;
}

/** Once the parser has lost its place, each further token is an error: only the first of a line is worth reading. */
function isEcho(problem: SyntaxProblem, shown: readonly SyntaxProblem[]): boolean {
  if (shown.some(({ at }) => at.line === problem.at.line)) return true;
  return problem.mayBeEcho && shown.length > 0;
}

/** The offset of a token deeper than `MAX_DEPTH`. */
function findTooDeep(tokens: CST.Token[]): number | null {
  for (const { token, depth } of allTokens(tokens)) if (depth > MAX_DEPTH) return token.offset;
  return null;
}
