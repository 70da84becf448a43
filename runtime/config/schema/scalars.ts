import { nanosToMs, parseDuration } from '../duration.ts';
import { isImageReference } from './image-reference.ts';
import { parseQuantity } from '../quantity.ts';
import { type Field, reportInvalid, reportNotString, reportUnexpected } from './field.ts';
import { nearest } from '../unknown-keys.ts';

interface Options<T> {
  /** Where the field is not written; without it the field is required, and `T` a stand-in. */
  readonly fallback?: T;
  readonly actedOn: boolean;
}

/** A field of one scalar: `parse` gives undefined for a value out of bounds. */
export function scalarField<T>(expects: string, standIn: T, options: Options<T>, read: Field<T>['read']): Field<T> {
  const required = options.fallback === undefined;
  const fallback = options.fallback ?? standIn;
  return { expects, required, actedOn: options.actedOn, fields: null, absent: () => fallback, read };
}

/** A string for which `check` gives its final form, or undefined when it is not valid. */
export function text(
  expects: string,
  check: (text: string) => string | undefined,
  options: Options<string>,
): Field<string> {
  return scalarField(expects, '', options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return reportNotString(node, path, expects, reading);
    return check(node.value) ?? reportInvalid(node, path, expects, reading);
  });
}

/** One of a few words. */
export function choice<W extends string>(words: readonly W[], standIn: W, options: Options<W>): Field<W> {
  const expects = words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.slice(-1).join()}`;
  return scalarField(expects, standIn, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return reportUnexpected(node, path, expects, reading);
    const value = node.value;
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const meant = nearest(value, words);
    return reportInvalid(node, path, meant === null ? expects : `${expects}; did you mean "${meant}"?`, reading);
  });
}

/** The largest count that Cortex took: 32 bits. */
const MAX_COUNT = 2_147_483_647;

/** An integer between two bounds, both included. */
export function integer(options: Options<number> & { min: number; max?: number }): Field<number> {
  const max = options.max ?? MAX_COUNT;
  const bounds = options.max === undefined ? `of at least ${options.min}` : `from ${options.min} to ${max}`;
  const expects = `an integer ${bounds}`;
  return scalarField(expects, options.min, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'bigint') return reportUnexpected(node, path, expects, reading);
    if (node.value > max && options.max === undefined) {
      return reportInvalid(node, path, `${expects} and at most ${max}`, reading);
    }
    if (node.value < options.min || node.value > max) return reportInvalid(node, path, expects, reading);
    return Number(node.value);
  });
}

/** A finite number that `allows` accepts; integers are numbers too. */
export function decimal(expects: string, allows: (value: number) => boolean, options: Options<number>): Field<number> {
  return scalarField(expects, 1, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || (typeof node.value !== 'bigint' && typeof node.value !== 'number')) {
      return reportUnexpected(node, path, expects, reading);
    }
    const value = Number(node.value);
    return Number.isFinite(value) && allows(value) ? value : reportInvalid(node, path, expects, reading);
  });
}

/** A duration in milliseconds; `allows` looks at its nanoseconds. */
export function duration(expects: string, allows: (nanos: bigint) => boolean, options: Options<number>): Field<number> {
  return scalarField(expects, 0, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      const isNumber = node.kind === 'scalar' && (typeof node.value === 'bigint' || typeof node.value === 'number');
      const hint = isNumber ? `${expects}; did you mean ${node.text}s?` : expects;
      return reportUnexpected(node, path, hint, reading);
    }
    const nanos = parseDuration(node.value);
    return nanos !== null && allows(nanos) ? nanosToMs(nanos) : reportInvalid(node, path, expects, reading);
  });
}

/** A quantity of at least `min` billionths, or null for none; `finish` turns billionths into the unit wanted. */
export function quantity<T extends number | null>(
  expects: string,
  min: bigint,
  finish: (nanos: bigint) => number,
  options: { readonly fallback: T; readonly actedOn: boolean },
): Field<T | number> {
  return scalarField<T | number>(expects, options.fallback, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value === 'boolean')
      return reportUnexpected(node, path, expects, reading);
    if (node.value === null) return options.fallback;
    const nanos = parseQuantity(String(node.value));
    if (nanos === null || nanos < min || finish(nanos) > Number.MAX_SAFE_INTEGER) {
      return reportInvalid(node, path, expects, reading);
    }
    return finish(nanos);
  });
}

/** A container image, or null; an empty string means none. */
export function image(): Field<string | null> {
  const expects = 'a container image such as registry.example.com/team/image:tag';
  return scalarField<string | null>(expects, null, { fallback: null, actedOn: false }, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return reportNotString(node, path, expects, reading);
    if (node.value === '') return null;
    return isImageReference(node.value) ? node.value : reportInvalid(node, path, expects, reading);
  });
}
