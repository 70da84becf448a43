import { parseAllDocuments } from 'yaml';

/** The values of the YAML documents of an exported file, which somebody may have changed since; null where it cannot be read. */
export function documentsIn(text: string): readonly unknown[] | null {
  try {
    const documents = parseAllDocuments(text, { version: '1.1' });
    if (documents.some(({ errors }) => errors.length > 0)) return null;
    return documents.map((one) => one.toJS() as unknown);
  } catch {
    // An alias of nothing is found out only here.
    return null;
  }
}
