import type { CST } from 'yaml';

interface Found {
  readonly token: CST.Token;
  /** Lists and maps around it. */
  readonly depth: number;
}

/** Every token of a file, those inside of lists and maps included, in no order; without recursion, which deep nesting would exhaust. */
export function* allTokens(tokens: readonly CST.Token[]): Generator<Found> {
  const open: Found[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    const { token, depth } = next;
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) open.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) open.push({ token: item.value, depth: depth + 1 });
    }
  }
}

/** Where the last text in quotes before `offset` begins. */
export function lastQuoteBefore(tokens: readonly CST.Token[], offset: number): number | null {
  return lastBefore(offset, tokens, ({ type }) => type === 'double-quoted-scalar' || type === 'single-quoted-scalar');
}

/** Where the last bracket before `offset` opens that `isOfMap` tells the kind of and that nothing closes. */
export function lastOpenBracketBefore(tokens: readonly CST.Token[], offset: number, isOfMap: boolean): number | null {
  const opener = isOfMap ? 'flow-map-start' : 'flow-seq-start';
  const closer = isOfMap ? 'flow-map-end' : 'flow-seq-end';
  return lastBefore(offset, tokens, (token) => {
    if (token.type !== 'flow-collection' || token.start.type !== opener) return false;
    const end = token.end.find(({ type }) => type === closer);
    // One that closes too far left counts as open.
    return end === undefined || end.offset >= offset;
  });
}

function lastBefore(
  offset: number,
  tokens: readonly CST.Token[],
  matches: (token: CST.Token) => boolean,
): number | null {
  let last = -1;
  for (const { token } of allTokens(tokens)) {
    if (token.offset < offset && token.offset > last && matches(token)) last = token.offset;
  }
  return last < 0 ? null : last;
}
