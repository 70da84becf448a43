import type { Position, Report } from '../config-problem.ts';
import { keyProblem } from '../config-value.ts';
import { kindOf, type LocatedNode, type MapEntry, showNode } from '../yaml/located-node.ts';
import type { ProjectView } from '../project-view.ts';
import { explainUnknownKey } from '../unknown-keys.ts';

/** What reading one API needs, and gathers. */
export interface Reading {
  readonly report: Report;
  readonly project: ProjectView;
  /** The map that has a field of this name, if there is one: where a misplaced key belongs. */
  readonly homeOf: (key: string) => string | null;
  /** The fields written that nothing acts on yet. */
  readonly notActedOn: string[];
}

const SHOWN_KEYS = 4;

/** What `read` gives for a value that is not valid. */
export const INVALID = Symbol('invalid');
export type Invalid = typeof INVALID;

/** One field of the configuration file: a row of the table that the file is checked against. */
export interface Field<T> {
  /** What would be valid, as it follows "must be". */
  readonly expects: string;
  readonly required: boolean;
  /** Whether Pons acts on it by now; `within` for a map, whose own fields tell. */
  readonly actedOn: boolean | 'within';
  /** The fields inside, of a map with a fixed set of them. */
  readonly fields: Fields | null;
  /** Its value where it is not written. */
  readonly absent: (at: Position) => T;
  /** Its value, or INVALID, which is then reported. */
  readonly read: (node: LocatedNode, path: string, reading: Reading) => T | Invalid;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** A field as it was found: rules between fields look at `valid` first, and point at `at`. */
export interface Slot<T> {
  readonly value: T;
  /** Of the value; of the surrounding map where the field is not written. */
  readonly at: Position;
  readonly written: boolean;
  readonly valid: boolean;
}

export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: Slot<F[K] extends Field<infer T> ? T : never>;
};

export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** Reports that the value is not what the field expects. */
export function reportUnexpected(node: LocatedNode, path: string, expects: string, reading: Reading): Invalid {
  const isScalar = node.kind === 'scalar';
  if (isScalar && node.value === null) {
    reading.report(node.at, path, `is empty; it must be ${expects}, or the line be removed`);
  } else {
    const shown = isScalar ? `${showNode(node)} is ${kindOf(node)}` : `is ${kindOf(node)}`;
    reading.report(node.at, path, `${shown}; it must be ${expects}`);
  }
  return INVALID;
}

/** Reports that the value is not the string that the field expects. */
export function reportNotString(node: LocatedNode, path: string, expects: string, reading: Reading): Invalid {
  const isOther = node.kind === 'scalar' && node.value !== null && typeof node.value !== 'string';
  // YAML reads yes, 1.10 and the like as other kinds, which surprises people.
  return reportUnexpected(node, path, isOther ? `${expects} (as a string: "${node.text}")` : expects, reading);
}

/** Reports that the value is of the right kind but out of bounds. */
export function reportInvalid(node: LocatedNode, path: string, expects: string, reading: Reading): Invalid {
  reading.report(node.at, path, `${showNode(node)} is not valid; it must be ${expects}`);
  return INVALID;
}

/** Reads a map that has exactly these fields. */
export function readFields<F extends Fields>(
  fields: F,
  node: Extract<LocatedNode, { kind: 'map' }>,
  path: string,
  reading: Reading,
): ValuesOf<F> {
  const explainUnknown = (key: string): string =>
    explainUnknownKey(key, path, Object.keys(fields), reading.homeOf(key));
  const written = new Map<string, MapEntry>();
  for (const entry of node.entries) {
    if (entry.name === null) reading.report(entry.keyAt, path, keyProblem(entry.shown));
    else if (Object.hasOwn(fields, entry.name)) written.set(entry.name, entry);
    else reading.report(entry.keyAt, joinPath(path, entry.name === '' ? '""' : entry.name), explainUnknown(entry.name));
  }
  const slots = Object.entries(fields).map(([key, field]) => {
    const entry = written.get(key);
    return [key, readSlot(field, entry, node.at, joinPath(path, key), reading)] as const;
  });
  return Object.fromEntries(slots) as unknown as ValuesOf<F>;
}

function readSlot<T>(
  field: Field<T>,
  entry: MapEntry | undefined,
  mapAt: Position,
  path: string,
  reading: Reading,
): Slot<T> {
  if (entry === undefined) {
    if (field.required) reading.report(mapAt, path, `is missing; it must be ${field.expects}`);
    return { value: field.absent(mapAt), at: mapAt, written: false, valid: !field.required };
  }
  if (field.actedOn === false) reading.notActedOn.push(path);
  const at = entry.value.at;
  const isEmpty = entry.value.kind === 'scalar' && entry.value.value === null;
  // "Remove the line" would be no advice for these.
  if (isEmpty && field.required) reading.report(at, path, `is empty; it must be ${field.expects}`);
  const value = isEmpty && field.required ? INVALID : field.read(entry.value, path, reading);
  if (value === INVALID) return { value: field.absent(at), at, written: true, valid: false };
  return { value, at, written: true, valid: true };
}

/** The fields of a map that is not there. */
export function absentFields<F extends Fields>(fields: F, at: Position): ValuesOf<F> {
  const slots = Object.entries(fields).map(
    ([key, field]) => [key, { value: field.absent(at), at, written: false, valid: !field.required }] as const,
  );
  return Object.fromEntries(slots) as unknown as ValuesOf<F>;
}

/** A field that is a map with exactly these fields. */
export function section<F extends Fields>(fields: F, options: { required?: boolean } = {}): Field<ValuesOf<F>> {
  const keys = Object.keys(fields);
  const expects = `a map with ${keys.slice(0, SHOWN_KEYS).join(', ')}${keys.length > SHOWN_KEYS ? ', ...' : ''}`;
  return {
    expects,
    required: options.required ?? false,
    actedOn: 'within',
    fields,
    absent: (at) => absentFields(fields, at),
    read: (node, path, reading) =>
      node.kind === 'map' ? readFields(fields, node, path, reading) : reportUnexpected(node, path, expects, reading),
  };
}
