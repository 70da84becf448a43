/** Nothing that a person has named is longer. */
const MAX_CHARACTERS = 80;

/** As much of a name or version that user code has sent as a sentence has room for; it may be a megabyte that a client has sent to that. */
export function clipped(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
}
