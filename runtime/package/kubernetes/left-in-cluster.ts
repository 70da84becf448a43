import { documentsIn } from '../exported/documents.ts';
import type { ExportedFile } from '../exported/write.ts';

interface Named {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
}

/** The objects (`deployment/api-words`) that an earlier export has and this one has not: `kubectl apply` leaves them in the cluster. */
export function leftInCluster(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): readonly string[] {
  const now = new Set(objectsIn(files));
  return [...new Set(objectsIn(earlier))].filter((object) => !now.has(object));
}

function objectsIn(files: readonly ExportedFile[]): string[] {
  const objects = files.flatMap(({ text }) => documentsIn(text) ?? []) as (Named | null)[];
  // The list of the files has no name: it is no object.
  return objects.flatMap((one) => {
    const [kind, name] = [one?.kind, one?.metadata?.name];
    return typeof kind === 'string' && typeof name === 'string' ? [`${kind.toLowerCase()}/${name}`] : [];
  });
}
