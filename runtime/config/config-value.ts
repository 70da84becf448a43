import type { Report } from './config-problem.ts';
import type { LocatedNode } from './yaml/located-node.ts';
import type { ConfigValue } from './spec.ts';
import { resolvePlain } from './yaml/scalar.ts';

/** Python reads no longer integers from text, unless it is told to. */
const MAX_DIGITS = 4300;
const TOO_LARGE = 10n ** BigInt(MAX_DIGITS);

/** The value as a predictor is to get it; keys that are not strings and the like are reported. */
function toConfigValue(node: LocatedNode, path: string, report: Report): ConfigValue {
  if (node.kind === 'list') return node.items.map((item, index) => toConfigValue(item, `${path}[${index}]`, report));
  if (node.kind === 'map') return toConfigMap(node.entries, path, report);
  if (typeof node.value === 'bigint' && (node.value >= TOO_LARGE || node.value <= -TOO_LARGE)) {
    report(
      node.at,
      path,
      `the integer has more than ${MAX_DIGITS} digits, which Python does not read; put it in quotes`,
    );
  }
  return node.value;
}

/** The entries of a map as a predictor is to get them. */
export function toConfigMap(
  entries: Extract<LocatedNode, { kind: 'map' }>['entries'],
  path: string,
  report: Report,
): { readonly [key: string]: ConfigValue } {
  const pairs: [string, ConfigValue][] = [];
  for (const entry of entries) {
    const value = toConfigValue(entry.value, `${path}.${entry.name ?? entry.shown}`, report);
    if (entry.name === null) report(entry.keyAt, path, keyProblem(entry.shown));
    else pairs.push([entry.name, value]);
  }
  // fromEntries defines own properties, so that a key like __proto__ is only a key.
  return Object.fromEntries(pairs);
}

/** What is wrong with a key that is not a string. */
export function keyProblem(shown: string): string {
  if (shown.startsWith('(')) return `a key is a collection ${shown}; keys must be strings`;
  const what =
    typeof resolvePlain(shown) === 'boolean' ? ' but a boolean, as YAML 1.1 reads y, n, yes, no, on and off' : '';
  return `the key ${shown} is not a string${what}; keys must be strings: put it in quotes ("${shown}")`;
}
