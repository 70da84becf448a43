/** Whether a path is `folder` or below it, both relative to the root of a project, which is the empty one. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
