import type { ConfigValue } from './spec.ts';

/** JSON text that Python's `json.loads` reads as the same value: integers with every digit, floats as floats, NaN and infinities. */
export function toPythonJson(value: ConfigValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toPythonJson).join(',')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${toPythonJson(item)}`);
  return `{${pairs.join(',')}}`;
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  // Without point and exponent Python would make an integer of it.
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

// Array.isArray does not narrow read-only arrays.
function isList(value: ConfigValue): value is readonly ConfigValue[] {
  return Array.isArray(value);
}
