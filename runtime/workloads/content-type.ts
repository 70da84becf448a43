import { KnownError } from '../errors/known-error.ts';

export interface ContentType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** The `charset` parameter in lower case. */
  readonly charset: string | null;
}

// Source: RFC 9110, 5.6.2 (token), 5.6.4 (quoted-string), 8.3.1 (media type). Sticky, so that no input makes them backtrack.
const ESSENCE = /[\t ]*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)[\t ]*/y;
const PARAMETER = /;[\t ]*(?:([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")[\t ]*)?/y;
const JSON_TYPE: ContentType = { essence: 'application/json', charset: null };

/** Parses a Content-Type header; throws `PONS_ERR_HTTP_CONTENT_TYPE_MISSING` and `PONS_ERR_HTTP_CONTENT_TYPE_INVALID`. */
export function parseContentType(header: string | undefined): ContentType {
  if (header === 'application/json') return JSON_TYPE;
  if (header === undefined || header.trim() === '') throw KnownError.of('PONS_ERR_HTTP_CONTENT_TYPE_MISSING', {});

  ESSENCE.lastIndex = 0;
  const essence = ESSENCE.exec(header)?.[1];
  if (essence === undefined) throw invalid(header);
  let charset: string | null = null;
  let position = ESSENCE.lastIndex;
  while (position < header.length) {
    PARAMETER.lastIndex = position;
    const parameter = PARAMETER.exec(header);
    if (parameter === null) throw invalid(header);
    position = PARAMETER.lastIndex;
    const value = parameter[2] ?? parameter[3]?.replace(/\\(.)/g, '$1');
    if (parameter[1]?.toLowerCase() === 'charset' && value !== undefined) charset ??= value.toLowerCase();
  }
  return { essence: essence.toLowerCase(), charset };
}

function invalid(header: string): KnownError {
  return KnownError.of('PONS_ERR_HTTP_CONTENT_TYPE_INVALID', { got: header.slice(0, 200) });
}
