import { catalog } from '../../../runtime/errors/catalog.ts';
import type { CatalogEntry, Fault } from '../../../runtime/errors/entry.ts';
import { COMPUTED, placeholderFacts } from './placeholder.ts';

const WHO: Readonly<Record<Fault, string>> = {
  user: 'the caller or operator',
  predictor: "the predictor's author",
  system: 'whoever runs Pons',
};

const INTRODUCTION = `# Errors

Every error that Pons shows has a code, a message and one sentence that says what to do. A code never changes its meaning: match on it,
not on the message. Over HTTP an error is \`{"error": {"code", "message", "fix"}}\` with the status given here; on a terminal it is
message, fix and code; a status of 500 also stands where the error is never an answer to a request.

This page is generated from the table in \`runtime/errors/catalog/\` by \`npm run docs:errors\`; \`<...>\` stands for what is filled in.
`;

/** The rows of the table by code, whatever facts they want. */
export function catalogRows(): [code: string, entry: CatalogEntry<never>][] {
  return Object.entries(catalog as Readonly<Record<string, CatalogEntry<never>>>);
}

/** The whole of docs/errors.md. */
export function renderErrorDocs(): string {
  const rows = catalogRows().sort(([a], [b]) => a.localeCompare(b));
  const areas = [...new Set(rows.map(([code]) => areaOf(code)))];
  const sections = areas.map((area) => {
    const own = rows.filter(([code]) => areaOf(code) === area);
    return `## ${area}\n\n${own.map(renderRow).join('\n')}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

/** \`PONS_ERR_HTTP_NOT_FOUND\` is of the area \`HTTP\`. */
/** The sentence of a row with `<...>` for its facts, on one line. */
export function renderMessage(entry: CatalogEntry<never>): string {
  // Joined, since a message that is one fact only is the stand-in itself.
  return [entry.message(placeholderFacts())]
    .join('')
    .replace(/\s+/g, ' ')
    .replace(COMPUTED, '<number>')
    .replace(/\bundefined\b/g, '<...>');
}

function areaOf(code: string): string {
  return code.split('_')[2] ?? '';
}

function renderRow([code, entry]: [string, CatalogEntry<never>]): string {
  const message = renderMessage(entry);
  return `### ${code}\n\n${escape(message)}\n\n- To do: ${escape(entry.fix)}\n- Who: ${WHO[entry.fault]}. HTTP status: ${entry.status}.\n`;
}

function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&');
}
