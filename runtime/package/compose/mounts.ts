import { literal } from './notation.ts';

/** A `/tmp` for what is small: it is memory of the container, and nothing in it can be executed. */
export const SMALL_TMP = { tmpfs: ['/tmp:mode=1777'] } as const;

/** A `/tmp` for the user's code, which may download models to it and load compiled code from it. Without a name: each replica has its own. */
export const LARGE_TMP = { type: 'volume', target: '/tmp' } as const;

/** A file or folder of this machine, `source` relative to the compose file, as it is seen in a container. */
export function readOnlyMount(source: string, target: string): object {
  return { type: 'bind', source: literal(source), target: literal(target), read_only: true };
}
