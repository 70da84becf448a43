import type { EngineName } from './engine.ts';

/** What an engine tells while it builds, taken apart by its steps. */
export interface Progress {
  /** Takes a line that it printed; gives what there is to tell of it, or null. */
  read(line: string): string | null;
  /** The step that failed, as it seems, with the last that it printed; `title` is null where it was no step. */
  failure(): { readonly title: string | null; readonly lastLines: readonly string[] };
}

const KEPT_LINES = 20;
const LAYER = /\/layer\.py (?<kind>\w+)(?<rest>.*?) # [0-9a-f]+/;

/** Reads what `engine` prints; `titles` are those of our own steps, by their kind. */
export function followProgress(engine: EngineName, titles: ReadonlyMap<string, string>): Progress {
  const titleOf = (instruction: string): string => {
    const kind = LAYER.exec(instruction)?.groups?.['kind'];
    return (kind === undefined ? undefined : titles.get(kind)) ?? instruction.replace(/--mount=\S+\s+/g, '').trim();
  };
  return engine === 'docker' ? followBuildKit(titleOf) : followBuildah(titleOf);
}

class Steps {
  readonly #lines = new Map<string, string[]>();

  add(title: string, line: string): void {
    const lines = this.#lines.get(title) ?? [];
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    this.#lines.set(title, lines);
  }

  of(title: string): readonly string[] {
    return this.#lines.get(title) ?? [];
  }
}

const VERTEX = /^#(?<id>\d+) (?<text>.*)$/;
const NAME = /^\[(?<place>[^\]]*)\] (?<instruction>.*)$/;
const TIMED = /^\d+\.\d+ ?(?<text>.*)$/;
const ENDED = /^(?:DONE (?<seconds>\d+\.\d)s|(?<cached>CACHED))$/;

/** Lines of BuildKit are marked with the number of their step, since it runs several at once. */
function followBuildKit(titleOf: (instruction: string) => string): Progress {
  const titles = new Map<string, string>();
  const steps = new Steps();
  let failed: string | null = null;
  const readVertex = (id: string, text: string): string | null => {
    const name = NAME.exec(text)?.groups;
    if (name !== undefined) {
      if (!titles.has(id) && name['place'] !== 'internal') titles.set(id, titleOf(name['instruction'] ?? ''));
      return null;
    }
    const title = titles.get(id);
    if (title === undefined) return null;
    if (text.startsWith('ERROR')) {
      failed ??= title;
      return null;
    }
    const ended = ENDED.exec(text)?.groups;
    if (ended !== undefined)
      return `${title}: ${ended['cached'] === undefined ? `done in ${ended['seconds'] ?? ''} s` : 'unchanged'}`;
    const printed = TIMED.exec(text)?.groups?.['text'];
    if (printed === undefined || printed.trim() === '') return null;
    steps.add(title, printed);
    return `${title}: ${printed}`;
  };
  const rest = new Steps();
  return {
    read(line) {
      const { id, text } = VERTEX.exec(line)?.groups ?? {};
      if (id !== undefined && text !== undefined) return readVertex(id, text);
      rest.add('', line);
      return null;
    },
    failure: () =>
      failed === null ? { title: null, lastLines: rest.of('') } : { title: failed, lastLines: steps.of(failed) },
  };
}

const STEP = /^STEP \d+(?:\/\d+)?: (?<instruction>.*)$/;

/** Podman's builder runs one step after another. */
function followBuildah(titleOf: (instruction: string) => string): Progress {
  const steps = new Steps();
  let title: string | null = null;
  return {
    read(line) {
      const instruction = STEP.exec(line)?.groups?.['instruction'];
      if (instruction !== undefined) {
        title = titleOf(instruction);
        return null;
      }
      if (line.startsWith('--> ')) return title !== null && line.includes('Using cache') ? `${title}: unchanged` : null;
      steps.add(title ?? '', line);
      return title === null ? null : `${title}: ${line}`;
    },
    failure: () => ({ title, lastLines: steps.of(title ?? '') }),
  };
}
