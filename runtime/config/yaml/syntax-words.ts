import type { CST } from 'yaml';
import type { Position } from '../config-problem.ts';
import { lastOpenBracketBefore, lastQuoteBefore } from './tokens.ts';

const TAB = 'a tab indents this line; indent with spaces';

/** What the parser's codes mean for whoever wrote the file; others are told in the parser's words. */
const explained: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: TAB,
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
  [/^Unexpected .* at node end$/, 'more text follows where the value has ended; put the whole value in quotes'],
  [/^Implicit map keys need/, 'a key must be followed by ": " and its value'],
  [/^Nested mappings are not allowed/, 'a second ": " in one line; put the value in quotes, or begin a new line'],
];

/** Faults of the parser's that a tab in the indentation brings about. */
const broughtAboutByTab = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);

/** What was parsed. */
export interface Source {
  readonly text: string;
  readonly tokens: readonly CST.Token[];
  readonly positionOf: (offset: number) => Position;
}

/** A fault of the syntax, for whoever wrote the file. */
export interface SyntaxProblem {
  readonly at: Position;
  readonly words: string;
  /** Whether it follows from any fault before it. */
  readonly mayBeEcho: boolean;
}

interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Says where the fault is, rather than where the parser noticed it, and what it is. */
export function explainSyntax(source: Source, error: ParserError): SyntaxProblem {
  const [offset] = error.pos;
  const at = source.positionOf(offset);
  const tab = tabBefore(source.text, offset);
  if (tab !== null && broughtAboutByTab.has(error.code)) {
    return { at: source.positionOf(tab), words: TAB, mayBeEcho: false };
  }
  if (error.message.startsWith('Missing closing')) {
    const quote = lastQuoteBefore(source.tokens, offset);
    const words =
      'the text in quotes that begins here does not end, or its next line is not indented; close the quotes, or indent the line';
    return { at: quote === null ? at : source.positionOf(quote), words, mayBeEcho: false };
  }
  if (error.message.includes('sufficiently indented')) {
    return { at, words: explainBracket(source, error), mayBeEcho: offset >= source.text.length };
  }
  return { at, words: explain(error), mayBeEcho: error.message.includes('in YAML stream') };
}

/** The offset of the first tab that indents the line of `offset`. */
function tabBefore(text: string, offset: number): number | null {
  const begin = text.lastIndexOf('\n', offset - 1) + 1;
  const spaces = /^ *(?=\t)/.exec(text.slice(begin, begin + 1000));
  return spaces === null ? null : begin + spaces[0].length;
}

function explainBracket({ tokens, positionOf }: Source, { message, pos: [offset] }: ParserError): string {
  const isOfMap = message.startsWith('Flow map');
  const opening = lastOpenBracketBefore(tokens, offset, isOfMap);
  const place = opening === null ? null : positionOf(opening);
  const where =
    place === null ? 'a bracket' : `the "${isOfMap ? '{' : '['}" at line ${place.line}, column ${place.column}`;
  return `${where} is not closed, or what it holds is not indented further than the key before it`;
}

function explain(error: ParserError): string {
  const reworded = rewordings.find(([pattern]) => pattern.test(error.message))?.[1];
  const sentence = reworded ?? explained[error.code];
  return sentence ?? error.message.charAt(0).toLowerCase() + error.message.slice(1);
}
