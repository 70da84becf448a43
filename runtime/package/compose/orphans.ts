import { documentsIn } from '../exported/documents.ts';
import type { ExportedFile } from '../exported/write.ts';
import { COMPOSE_FILE } from './compose-file.ts';

/** The services that an earlier export has and this one has not: `docker-compose up` leaves their containers running. */
export function orphansOf(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): readonly string[] {
  const now = servicesIn(files);
  return servicesIn(earlier).filter((service) => !now.includes(service));
}

function servicesIn(files: readonly ExportedFile[]): string[] {
  const file = files.find(({ path }) => path === COMPOSE_FILE);
  const [read] = (file === undefined ? null : documentsIn(file.text)) ?? [];
  const services = (read as { services?: unknown } | null | undefined)?.services;
  return services instanceof Object ? Object.keys(services) : [];
}
