import { closeSync, constants, openSync, unlinkSync } from 'node:fs';

/** Both ends of a named pipe that has no name any more. */
export interface FifoEnds {
  readonly read: number;
  readonly write: number;
}

/** Opens the named pipes at `paths`, and removes their names. Throws the system's error, and leaves none open then. */
export function openFifos<Paths extends readonly string[]>(paths: Paths): { [At in keyof Paths]: FifoEnds } {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    const ends = paths.map((path): FifoEnds => {
      const read = open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const write = open(path, constants.O_WRONLY);
      unlinkSync(path);
      return { read, write };
    });
    return ends as { [At in keyof Paths]: FifoEnds };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
}
