import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DotenvOwner, ExportedProject } from '../package/exported/plan.ts';
import { readModelPlaces, withModels } from '../package/model-places.ts';
import { readProject } from './project.ts';

/** What an export needs to know of a project. Fails as `readProject` and `readModelPlaces` do. */
export async function readExportedProject(path: string): Promise<ExportedProject> {
  const { location, files, specs } = await readProject(path, ({ root }) => join(root, '.pons'));
  const places = await readModelPlaces(location.root, specs);
  return {
    ...location,
    specs,
    places,
    files: withModels(files.files, places),
    dotenv: await ownerOf(join(location.root, '.env')),
  };
}

async function ownerOf(file: string): Promise<DotenvOwner | null> {
  try {
    const { uid, gid, mode } = await stat(file);
    return { uid, gid, mode };
  } catch {
    return null;
  }
}
