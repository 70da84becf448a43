import { scalarField } from './scalars.ts';
import { type Field, reportInvalid, reportUnexpected, section } from './field.ts';
import type { Portion } from '../spec.ts';

const EXPECTS = 'a count such as 5, or a percentage from 0% to 100%';
const MAX_COUNT = 2_147_483_647;

function parsePortion(text: string): Portion | undefined {
  const [, digits = '', percent] = /^\+?([0-9]{1,10})(%?)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const value = Number(digits);
  if (percent === '%') return value <= 100 ? { kind: 'percent', percent: value } : undefined;
  return value <= MAX_COUNT ? { kind: 'count', count: value } : undefined;
}

function portion(): Field<Portion> {
  const fallback: Portion = { kind: 'percent', percent: 25 };
  return scalarField<Portion>(EXPECTS, fallback, { fallback, actedOn: false }, (node, path, reading) => {
    if (node.kind !== 'scalar' || (typeof node.value !== 'bigint' && typeof node.value !== 'string')) {
      return reportUnexpected(node, path, EXPECTS, reading);
    }
    return parsePortion(String(node.value)) ?? reportInvalid(node, path, EXPECTS, reading);
  });
}

/** `update_strategy`. */
export const updateStrategy = section({ max_surge: portion(), max_unavailable: portion() });

export function isZero(portion: Portion): boolean {
  return portion.kind === 'count' ? portion.count === 0 : portion.percent === 0;
}
