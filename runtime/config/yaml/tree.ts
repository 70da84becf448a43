import { isAlias, isMap, isScalar, type Alias, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Position, Report } from '../config-problem.ts';
import { type LocatedNode, type MapEntry, type MapNode, quote, type ScalarNode } from './located-node.ts';
import { resolveScalar } from './scalar.ts';
import { TreeSizes } from './tree-sizes.ts';
import { MAX_DEPTH, type ParsedYaml } from './syntax.ts';

/** How much text a file may come to when every alias is written out. */
const MAX_EXPANDED_CHARACTERS = 10_000_000;
/** How many entries all `<<` of a file may copy. */
const MAX_MERGED_ENTRIES = 100_000;

type PairOf = YAMLMap.Parsed['items'][number];

/** Resolves aliases, merges and scalars; what is wrong with them is reported, and a stand-in takes its place. */
export function buildTree(yaml: ParsedYaml, report: Report): LocatedNode {
  return new TreeBuilder(yaml, report).build();
}

class TreeBuilder {
  readonly #yaml: ParsedYaml;
  readonly #report: Report;
  /** null while the anchored value is still being read: an alias to it would be a cycle. */
  readonly #anchors = new Map<string, LocatedNode | null>();
  readonly #sizes = new TreeSizes();
  #mergedEntries = 0;

  constructor(yaml: ParsedYaml, report: Report) {
    this.#yaml = yaml;
    this.#report = report;
  }

  build(): LocatedNode {
    const contents = this.#yaml.document.contents;
    const start = { line: 1, column: 1 };
    const root = contents === null ? this.#sizes.set(nothing(start), 0, 0) : this.#convert(contents, start);
    const { characters, depth } = this.#sizes.of(root);
    if (characters > MAX_EXPANDED_CHARACTERS) {
      this.#report(
        start,
        '',
        'the aliases (*name) multiply the file to more than 10 MB; write less, or fewer aliases of aliases',
      );
    } else if (depth > MAX_DEPTH + 1) {
      this.#report(
        start,
        '',
        `with its aliases the file nests more than ${MAX_DEPTH} deep; make the structure flatter`,
      );
    }
    return root;
  }

  #convert(node: ParsedNode | null, emptyAt: Position): LocatedNode {
    if (node === null) return this.#sizes.set(nothing(emptyAt), 0, 0);
    if (isAlias(node)) return this.#alias(node);
    const anchor = node.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const at = this.#yaml.positionOf(node.range[0]);
    let located: LocatedNode;
    if (isScalar(node)) located = this.#scalar(node, at, emptyAt);
    else if (isMap(node)) located = this.#map(node, at);
    else {
      const items = node.items.map((item) => this.#convert(item, at));
      located = this.#sizes.setCollection({ kind: 'list', at, items }, items);
    }
    if (anchor !== undefined) this.#anchors.set(anchor, located);
    return located;
  }

  #alias(node: Alias.Parsed): LocatedNode {
    const at = this.#yaml.positionOf(node.range[0]);
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      this.#report(at, '', `*${node.source} refers to nothing; there must be an anchor &${node.source} above it`);
    } else if (target === null) {
      this.#report(
        at,
        '',
        `*${node.source} stands inside its own anchor &${node.source}; a value cannot contain itself`,
      );
    } else {
      const { characters, depth } = this.#sizes.of(target);
      return this.#sizes.set({ ...target, at }, characters, depth);
    }
    return this.#sizes.set(nothing(at), 0, 0);
  }

  #scalar(node: Scalar.Parsed, at: Position, emptyAt: Position): ScalarNode {
    // The failsafe schema leaves every scalar as text.
    const text = typeof node.value === 'string' ? node.value : '';
    const plain = node.type === 'PLAIN';
    const resolved = resolveScalar(text, plain, node.tag);
    if ('problem' in resolved) this.#report(at, '', resolved.problem);
    const value = 'problem' in resolved ? text : resolved.value;
    const empty = plain && text === '';
    return this.#sizes.set({ kind: 'scalar', at: empty ? emptyAt : at, value, text }, text.length, 0);
  }

  #map(node: YAMLMap.Parsed, at: Position): MapNode {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const keyAt = this.#yaml.positionOf(pair.key.range[0]);
      if (isMergeKey(pair)) {
        this.#merge(this.#convert(pair.value, keyAt), merged);
        continue;
      }
      const key = this.#convert(pair.key, keyAt);
      const entry = { ...nameOf(key), keyAt, value: this.#convert(pair.value, keyAt) };
      const identity = identityOf(entry);
      const first = own.get(identity);
      if (first === undefined) own.set(identity, entry);
      else {
        const where = `line ${first.keyAt.line}, column ${first.keyAt.column}`;
        this.#report(
          keyAt,
          '',
          `the key ${entry.shown} is in this map already, at ${where}; each key can be there once`,
        );
      }
    }
    // What the map says itself wins over what is merged into it, wherever the << stands.
    for (const [identity, entry] of own) merged.set(identity, entry);
    const entries = [...merged.values()];
    return this.#sizes.setCollection(
      { kind: 'map', at, entries },
      entries.map((entry) => entry.value),
      entries,
    );
  }

  #merge(source: LocatedNode, into: Map<string, MapEntry>): void {
    const maps = source.kind === 'list' ? [...source.items].reverse() : [source];
    for (const map of maps) {
      if (map.kind !== 'map') {
        this.#report(map.at, '', '<< must be followed by a map, an alias of one, or a list of these');
        continue;
      }
      const before = this.#mergedEntries;
      this.#mergedEntries += map.entries.length;
      if (this.#mergedEntries > MAX_MERGED_ENTRIES) {
        if (before <= MAX_MERGED_ENTRIES) {
          this.#report(
            map.at,
            '',
            `the merges (<<) of the file copy more than ${MAX_MERGED_ENTRIES} entries; merge smaller maps`,
          );
        }
        return;
      }
      for (const entry of map.entries) into.set(identityOf(entry), entry);
    }
  }
}

function nothing(at: Position): ScalarNode {
  return { kind: 'scalar', at, value: null, text: '' };
}

function isMergeKey(pair: PairOf): boolean {
  const key = pair.key;
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === 'tag:yaml.org,2002:merge' || (key.tag === undefined && key.type === 'PLAIN');
}

function nameOf(key: LocatedNode): { name: string | null; shown: string } {
  if (key.kind !== 'scalar') return { name: null, shown: `(a ${key.kind})` };
  if (typeof key.value === 'string') return { name: key.value, shown: quote(key.value) };
  return { name: null, shown: key.text === '' ? 'null' : key.text };
}

function identityOf(entry: MapEntry): string {
  return entry.name === null ? `other ${entry.shown}` : `string ${entry.name}`;
}
