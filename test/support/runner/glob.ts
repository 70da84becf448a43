/** Whether the whole of `path` fits `glob`: `*` within a folder, `**` across folders, `?` one character. */
export function matchesGlob(path: string, glob: string): boolean {
  return new RegExp(
    `^${glob
      .split(/(\*\*\/?|\*|\?)/)
      .map(toRegExpSource)
      .join('')}$`,
  ).test(path);
}

function toRegExpSource(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
}
