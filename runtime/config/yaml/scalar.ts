// The dialect is that of the Go library which Cortex read its files with: YAML 1.1, but no base-60 numbers, `0o17` is 15, `1e3` a float.
// Two deliberate differences: an integer above 64 bits keeps its digits, and `08` is the integer 8 (Go: the float 8, which reached
// Python as the integer 8). Dates stay strings there too.
import type { Scalar } from './located-node.ts';

const CORE = 'tag:yaml.org,2002:';
const words = new Map<string, Scalar>();
for (const word of ['', '~', 'null', 'Null', 'NULL']) words.set(word, null);
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) words.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) words.set(word, false);
for (const word of ['.nan', '.NaN', '.NAN']) words.set(word, NaN);
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) words.set(word, Infinity);
for (const word of ['-.inf', '-.Inf', '-.INF']) words.set(word, -Infinity);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|([0-9]+))$/;

function parseInteger(text: string): bigint | null {
  const match = INTEGER.exec(text);
  if (match === null) return null;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  let magnitude: bigint;
  if (hex !== undefined) magnitude = BigInt(`0x${hex}`);
  else if (binary !== undefined) magnitude = BigInt(`0b${binary}`);
  else if (octal !== undefined || oldOctal !== undefined) magnitude = BigInt(`0o${octal ?? oldOctal ?? ''}`);
  else magnitude = BigInt(decimal ?? '');
  return sign === '-' ? -magnitude : magnitude;
}

/** What an unquoted scalar without a tag means. */
export function resolvePlain(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  // A leading dot takes no underscores: Go strips them only behind a digit or sign.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const integer = parseInteger(digits);
  if (integer !== null) return integer;
  if (!FLOAT.test(digits)) return text;
  const float = Number(digits);
  return Number.isFinite(float) ? float : text;
}

/** What a scalar means, or `problem`: what is wrong with its tag. */
export function resolveScalar(
  text: string,
  plain: boolean,
  tag: string | undefined,
): { readonly value: Scalar } | { readonly problem: string } {
  if (tag === undefined) return { value: plain ? resolvePlain(text) : text };
  if (!tag.startsWith(CORE)) return { value: text };
  const name = tag.slice(CORE.length);
  const value = resolvePlain(text);
  const refused = (kind: string): { readonly problem: string } => ({
    problem: `${JSON.stringify(text)} is tagged !!${name} but is not ${kind}; correct the value or remove the tag`,
  });
  switch (name) {
    case 'int':
      return typeof value === 'bigint' ? { value } : refused('an integer');
    case 'float':
      if (typeof value === 'bigint') return { value: Number(value) };
      return typeof value === 'number' ? { value } : refused('a number');
    case 'bool':
      return typeof value === 'boolean' ? { value } : refused('a boolean');
    case 'null':
      return value === null ? { value } : refused('null');
    case 'binary':
      return decodeBinary(text) ?? refused('the base64 form of UTF-8 text');
    default:
      return { value: text };
  }
}

function decodeBinary(text: string): { readonly value: string } | null {
  const packed = text.replace(/\s/g, '');
  const bytes = Buffer.from(packed, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== packed.replace(/=+$/, '')) return null;
  try {
    return { value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return null;
  }
}
