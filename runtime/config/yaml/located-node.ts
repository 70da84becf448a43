import type { Position } from '../config-problem.ts';

export type Scalar = null | boolean | bigint | number | string;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  /** Integers are bigint, floats number. */
  readonly value: Scalar;
  /** The text as it is written, without quotes. */
  readonly text: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly LocatedNode[];
}

export interface MapEntry {
  /** null when the key is not a string. */
  readonly name: string | null;
  /** The key for messages. */
  readonly shown: string;
  readonly keyAt: Position;
  readonly value: LocatedNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Position;
  /** Merges resolved; no two with one key. */
  readonly entries: readonly MapEntry[];
}

/** A YAML value that knows where it is written. Aliased values are shared, so this is a graph without cycles. */
export type LocatedNode = ScalarNode | ListNode | MapNode;

const SHOWN_CHARACTERS = 60;

/** A text in quotes for a message, cut when it is long. */
export function quote(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return JSON.stringify(cut);
}

/** The value for a message: strings in quotes, other scalars as written, collections by kind. */
export function showNode(node: LocatedNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (typeof node.value === 'string') return quote(node.value);
  if (node.value === null) return 'null';
  return node.text.length > SHOWN_CHARACTERS ? `${node.text.slice(0, SHOWN_CHARACTERS)}...` : node.text;
}

/** What kind of value it is, with its article: `an integer`. */
export function kindOf(node: LocatedNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'null';
  if (typeof node.value === 'bigint') return 'an integer';
  if (typeof node.value === 'number') return 'a float';
  return typeof node.value === 'boolean' ? 'a boolean' : 'a string';
}
