import { parseAllDocuments } from 'yaml';
import type { ExportedFile } from '../exported/write.ts';

interface Named {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

/** The objects (`deployment/api-words`) that an earlier export has and this one has not: `kubectl apply` leaves them in the cluster. */
export function leftInCluster(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): readonly string[] {
  const now = new Set(objectsIn(files));
  return [...new Set(objectsIn(earlier))].filter((object) => !now.has(object));
}

function objectsIn(files: readonly ExportedFile[]): string[] {
  const objects = files.flatMap(({ text }) =>
    parseAllDocuments(text, { version: '1.1' }).map((one) => one.toJS() as Named | null),
  );
  // The list of the files has no name: it is no object.
  return objects.flatMap((one) =>
    one?.kind === undefined || one.metadata?.name === undefined
      ? []
      : [`${one.kind.toLowerCase()}/${one.metadata.name}`],
  );
}
