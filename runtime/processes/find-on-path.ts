import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Every executable file called `name` in the folders of a PATH, in their order. */
export async function findAllOnPath(name: string, path: string | undefined): Promise<string[]> {
  const candidates = (path ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  const usable = await Promise.all(
    [...new Set(candidates)].map(async (file) => ((await isExecutable(file)) ? file : null)),
  );
  return usable.filter((file) => file !== null);
}

/** The executable file that a shell would start for `name`, or null. */
export async function findOnPath(name: string, path: string | undefined): Promise<string | null> {
  return (await findAllOnPath(name, path))[0] ?? null;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
