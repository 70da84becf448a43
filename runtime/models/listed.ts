/** At most `most` names, so that a sentence stays one. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** As many names as fit into that many characters, one at least. */
export function listedWithin(names: readonly string[], characters: number): string {
  let length = 0;
  const firstBeyond = names.findIndex((name) => (length += name.length + 2) > characters);
  return listed(names, firstBeyond === -1 ? names.length : Math.max(1, firstBeyond));
}
