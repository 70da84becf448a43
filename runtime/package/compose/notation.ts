/** A text that docker-compose shall not look for variables in. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A duration as docker-compose reads it. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)}s`;
}
