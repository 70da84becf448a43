import { matchesGlob } from './glob.ts';
import { parse, type Suite } from 'uvu/parse';

/** The test files below `root` whose path there contains, or as a glob matches, one of `patterns`; all of them without patterns. */
export async function selectFiles(root: string, patterns: readonly string[]): Promise<Suite[]> {
  const { suites } = await parse(root, /\.test\.ts$/, { ignore: ['^fixtures$'] });
  if (patterns.length === 0) return suites;
  return suites.filter(({ name }) => patterns.some((pattern) => isSelected(name, pattern)));
}

/** The patterns that select nothing: a typing error would otherwise look like success. */
export function idlePatterns(suites: readonly Suite[], patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => !suites.some(({ name }) => isSelected(name, pattern)));
}

function isSelected(name: string, pattern: string): boolean {
  const path = pattern.replace(/^(\.\/)?test\//, '');
  return name.includes(path) || matchesGlob(name, path);
}
