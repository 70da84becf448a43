/** What no container of an export needs: a disk of its own, rights of root, more of them. */
export const HARDENED = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
} as const;

/** A `/tmp` for what is small: it is memory of the container, and nothing in it can be executed. */
export const SMALL_TMP = { tmpfs: ['/tmp:mode=1777'] } as const;

/** A `/tmp` for the user's code, which may download models to it and load compiled code from it. Without a name: each replica has its own. */
export const LARGE_TMP = { type: 'volume', target: '/tmp' } as const;

/** A text that docker-compose shall not look for variables in. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A file or folder of this machine, `source` relative to the compose file, as it is seen in a container. */
export function readOnlyMount(source: string, target: string): object {
  return { type: 'bind', source: literal(source), target: literal(target), read_only: true };
}

/** A duration as docker-compose reads it. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)}s`;
}
