import type { ExportedFile } from '../exported/write.ts';
import { COMPOSE_FILE } from './compose-file.ts';
import { servicesIn } from './earlier-compose.ts';

/** The services that an earlier export has and this one has not: `docker-compose up` leaves their containers running. */
export function orphansOf(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): readonly string[] {
  const now = namesIn(files);
  return namesIn(earlier).filter((service) => !now.includes(service));
}

function namesIn(files: readonly ExportedFile[]): string[] {
  const file = files.find(({ path }) => path === COMPOSE_FILE);
  return file === undefined ? [] : Object.keys(servicesIn(file.text));
}
