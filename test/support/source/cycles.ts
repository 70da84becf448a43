/** The first cycle in `edges` (from a file to those it imports) as the files along it, or null. */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    const cycle = walk(start, edges, done, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

function walk(
  file: string,
  edges: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  way: string[],
): string[] | null {
  const seenAt = way.indexOf(file);
  if (seenAt >= 0) return [...way.slice(seenAt), file];
  if (done.has(file)) return null;
  for (const next of edges.get(file) ?? []) {
    const cycle = walk(next, edges, done, [...way, file]);
    if (cycle !== null) return cycle;
  }
  done.add(file);
  return null;
}
