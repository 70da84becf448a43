import type { ExportedFile } from './write.ts';

/** One of the things that a project can be exported to. */
export interface ExportKind {
  readonly name: 'compose' | 'kubernetes';
  /** What its files are called; none is in another folder. */
  readonly files: RegExp;
  /** The file that names the others. */
  readonly index: string;
  /** What the text of an index names, which is no more than somebody may have written into it. */
  readonly listedIn: (index: string) => readonly unknown[];
  /** The label of the project that an export is of, as its files have it. */
  readonly labelIn: (files: readonly ExportedFile[]) => unknown;
}
