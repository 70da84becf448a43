import type { ExportedApi, ExportPlan } from '../exported/plan.ts';
import { isThere } from '../model-places.ts';

/** What is said of places of models with nothing there: docker-compose starts no container that it cannot mount something in. */
export function notMounted({ project, settings, apis }: ExportPlan): string[] {
  const missing = settings.modelsAreBaked ? [] : project.places.filter((place) => !isThere(place));
  const told = missing.map(
    ({ path }) => `there are no models at ${path}, so no API has it mounted: export again when there are`,
  );
  return [...told, ...apis.flatMap(unserved)];
}

/** Its server has nothing to do without them. */
function unserved({ spec, serving }: ExportedApi): string[] {
  const missing = serving?.models.filter((model) => !model.isThere) ?? [];
  return missing.map(
    ({ location }) =>
      `${spec.name}: docker-compose starts its TensorFlow Serving only when there are models at ${location}`,
  );
}
