import type { ListNode, LocatedNode, MapEntry, MapNode } from './located-node.ts';

export interface TreeSize {
  /** Of its text, every alias written out; Infinity is possible. */
  readonly characters: number;
  /** How deep lists and maps nest, every alias written out. */
  readonly depth: number;
}

/** How large values come to be when aliases are written out, known without writing them out. */
export class TreeSizes {
  readonly #sizes = new Map<LocatedNode, TreeSize>();

  of(node: LocatedNode): TreeSize {
    return this.#sizes.get(node) ?? { characters: 0, depth: 0 };
  }

  set<N extends LocatedNode>(node: N, characters: number, depth: number): N {
    this.#sizes.set(node, { characters, depth });
    return node;
  }

  /** The size of a collection follows from what is in it. */
  setCollection<N extends ListNode | MapNode>(
    node: N,
    values: readonly LocatedNode[],
    keys: readonly MapEntry[] = [],
  ): N {
    let characters = 2;
    let depth = 0;
    for (const value of values) {
      const size = this.of(value);
      characters += size.characters + 2;
      depth = Math.max(depth, size.depth);
    }
    for (const key of keys) characters += key.shown.length;
    return this.set(node, characters, depth + 1);
  }
}
