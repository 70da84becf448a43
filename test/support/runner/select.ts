import { matchesGlob } from './glob.ts';
import { parse, type Suite } from 'uvu/parse';

/** Before a pattern whose files are not wanted. */
const NOT = '!';

/**
 * The test files below `root` whose path there contains, or as a glob matches, one of `patterns`, but for those of the patterns behind a `!`. Where all
 * patterns are behind one, all other files.
 */
export async function selectFiles(root: string, patterns: readonly string[]): Promise<Suite[]> {
  const suites = await filesBelow(root);
  const unwanted = patterns.filter((pattern) => pattern.startsWith(NOT));
  const wanted = patterns.filter((pattern) => !pattern.startsWith(NOT));
  return suites.filter(({ name }) => {
    const isWanted = wanted.length === 0 || wanted.some((pattern) => isMeant(name, pattern));
    return isWanted && !unwanted.some((pattern) => isMeant(name, pattern));
  });
}

/** The patterns that match no file below `root`: a typing error would otherwise look like success. */
export async function idlePatterns(root: string, patterns: readonly string[]): Promise<string[]> {
  const suites = await filesBelow(root);
  return patterns.filter((pattern) => !suites.some(({ name }) => isMeant(name, pattern)));
}

async function filesBelow(root: string): Promise<Suite[]> {
  const { suites } = await parse(root, /\.test\.ts$/, { ignore: ['^fixtures$'] });
  return suites;
}

/** Whether a pattern, with or without its `!`, means the file. */
function isMeant(name: string, pattern: string): boolean {
  const path = pattern.replace(/^!?(\.\/)?(test\/)?/, '');
  return name.includes(path) || matchesGlob(name, path);
}
