import type { ApiSpec } from '../config/spec.ts';
import type { Preparation } from '../project/dependencies/preparation.ts';
import { readDotenv } from '../project/dotenv.ts';
import { environmentBeforeDotenv, machineEnvironment } from '../project/environment.ts';
import type { ProjectFiles } from '../project/files.ts';

export interface DotenvCheck {
  readonly files: ProjectFiles;
  readonly specs: readonly ApiSpec[];
  readonly preparation: Preparation;
}

/**
 * What there is to say of a project's `.env`, which is read as it is where the project is served, so that what would fail there fails before anything is
 * built. Fails as `readDotenv` does.
 */
export async function dotenvNotices({ files, specs, preparation }: DotenvCheck): Promise<string[]> {
  if (!files.files.some(({ path }) => path === '.env')) return [];
  const machine = machineEnvironment();
  const notices = new Set<string>();
  for (const spec of specs) {
    const environment = environmentBeforeDotenv(machine, spec, files.root);
    const read = await preparation.once(JSON.stringify(['.env', environment]), () =>
      readDotenv({ projectDir: files.root, environment }),
    );
    for (const notice of read.notices) notices.add(notice);
  }
  return [...notices];
}
