import type { ExportPlan } from '../exported/plan.ts';
import { isThere } from '../model-places.ts';

/** What is said of places of models with nothing there: docker-compose starts no container that it cannot mount something in. */
export function notMounted({ project, settings }: ExportPlan): string[] {
  if (settings.modelsAreBaked) return [];
  const missing = project.places.filter((place) => !isThere(place));
  return missing.map(
    ({ path }) => `there are no models at ${path}, so it is mounted nowhere: export again when there are`,
  );
}
