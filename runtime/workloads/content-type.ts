import { KnownError } from '../errors/known-error.ts';

export interface ContentType {
  /** What stands before the parameters, in lower case: any text. */
  readonly essence: string;
  /** The `charset` parameter in lower case. */
  readonly charset: string | null;
}

const JSON_TYPE: ContentType = { essence: 'application/json', charset: null };

/**
 * Reads a Content-Type header, one that is no media type too, as the predictor process does: see `decode_payload` in `predictor_host/payload.py`. Throws
 * `PONS_ERR_HTTP_CONTENT_TYPE_MISSING`.
 */
export function parseContentType(header: string | undefined): ContentType {
  if (header === 'application/json') return JSON_TYPE;
  if (header === undefined || header.trim() === '') throw KnownError.of('PONS_ERR_HTTP_CONTENT_TYPE_MISSING', {});
  const [essence, parameters] = partition(header, ';');
  return { essence: essence.trim().toLowerCase(), charset: charsetIn(parameters) };
}

function charsetIn(parameters: string): string | null {
  let rest = parameters;
  while (rest !== '') {
    const [before, after] = partition(rest, '=');
    const [value, next] = parameterValue(after.trimStart());
    rest = next;
    // One without a value may stand before it.
    const name = before.slice(before.lastIndexOf(';') + 1);
    if (name.trim().toLowerCase() === 'charset') return value === '' ? null : value.toLowerCase();
  }
  return null;
}

/** The first parameter value of `text`, quoted or not, and what follows its semicolon. */
function parameterValue(text: string): readonly [value: string, rest: string] {
  if (!text.startsWith('"')) {
    const [value, rest] = partition(text, ';');
    return [value.trim(), rest];
  }
  let value = '';
  let at = 1;
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] === '\\' && at + 1 < text.length) at += 1;
    value += text[at] ?? '';
  }
  return [value, partition(text.slice(at + 1), ';')[1]];
}

function partition(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
