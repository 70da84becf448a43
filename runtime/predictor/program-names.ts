import { readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A name by which a program is found: a link to `target`, or where that is null the program itself. */
export interface ProgramName {
  readonly path: string;
  readonly target: string | null;
}

/** More links than the kernel follows are a circle. Source: path_resolution(7). */
const MOST_LINKS = 40;

/**
 * The names that the kernel goes through to start the program at an absolute path, from that one to the file itself. A Python finds its library by them,
 * so they have to stay what they are.
 */
export async function programNames(program: string): Promise<ProgramName[]> {
  const names: ProgramName[] = [];
  let path: string | null = program;
  while (path !== null && names.length < MOST_LINKS) {
    const target: string | null = await targetOf(path);
    names.push({ path, target });
    path = target;
  }
  return names;
}

async function targetOf(path: string): Promise<string | null> {
  try {
    // A link says where it leads from the folder that it really lies in.
    return resolve(await realpath(dirname(path)), await readlink(path));
  } catch {
    return null;
  }
}
