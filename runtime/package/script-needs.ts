import { basename, dirname } from 'node:path';

/** What makes a script look around where it is, or name files by a pattern. */
const LOOKS_AROUND =
  /\*|\b(?:pwd|PWD|CORTEX_PROJECT_DIR|ls|find|realpath|readlink)\b|\/mnt\/project|(?:^|\s)\.(?:\/?(?=\s|$))/m;

/** URLs, and absolute paths that are not the project's. */
const ELSEWHERE = /\b[a-z+]+:\/\/[^\s"')]+|(?<=^|[\s"'=:(>])\/(?!mnt\/project)[^\s"';|&)]*/gm;

/**
 * Whether a shell script may read files of the project beside itself. A wrong yes costs time, since the script then runs again whenever a file of the
 * project changes; a wrong no would fail a build, so that whatever looks like the name of a file or folder of it counts.
 */
export function mayReadProject(script: string, own: string, paths: readonly string[]): boolean {
  const text = script.replace(/^\s*#.*$/gm, '').replace(ELSEWHERE, ' ');
  if (LOOKS_AROUND.test(text)) return true;
  const names = new Set(paths.filter((path) => path !== own).flatMap((path) => [basename(path), ...foldersOf(path)]));
  return [...names].some((name) => holdsWord(text, name));
}

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : folder.split('/');
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
