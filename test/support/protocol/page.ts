import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../../bridge/README.md', import.meta.url), 'utf8');

/** What bridge/README.md says, as far as a program can read it. */
export interface ProtocolPage {
  readonly version: number;
  /** Error codes by name, in the page's order. */
  readonly codes: Readonly<Record<string, number>>;
  readonly down: readonly string[];
  readonly up: readonly string[];
  /** The names of the parameters of each method, `cancelRequest` without its prefix; none where they are `null`. */
  readonly params: Readonly<Record<string, readonly string[]>>;
  /** The names of what a result holds, as `params`. */
  readonly results: Readonly<Record<string, readonly string[]>>;
  /** What a tensor is told by, and the types that it may have. */
  readonly tensor: { readonly keys: readonly string[]; readonly types: readonly string[] };
  /** In bytes, by the name of the constant. */
  readonly limits: Readonly<Record<string, number>>;
  readonly mark: { readonly bytes: number; readonly prefix: string; readonly tokenLength: number };
}

export function readProtocolPage(): ProtocolPage {
  const down = rowsOf('### Down');
  const up = rowsOf('### Up');
  return {
    version: Number(find(/`PROTOCOL_VERSION` is (\d+)/)),
    codes: Object.fromEntries(rowsOf('## Errors').map(([code, name]) => [bare(name), Number(code)])),
    down: down.map(([method]) => bare(method)),
    up: up.map(([method]) => bare(method)),
    params: Object.fromEntries(
      [...down, ...up].map(([method, params]) => [bare(method), parameterNames(params ?? '')]),
    ),
    results: Object.fromEntries(
      [
        ...down.map(([method, , , answer]) => [method, /^result: ([^;]*)/.exec(answer ?? '')?.[1]] as const),
        ...rowsOf('What the requests among them are answered with:').map(
          ([method, result, body]) => [method, result === '`null`' ? body : result] as const,
        ),
      ].map(([method, result]) => [bare(method), parameterNames(result ?? '')]),
    ),
    tensor: {
      keys: parameterNames(find(/A tensor in a message is ([^]*?)\./)),
      types: rowsOf('### Tensors').flatMap(([types]) => parameterNames(types ?? '')),
    },
    limits: {
      MAX_HEADER_BYTES: bytesOf(find(/([\d]+ \w+) \(`MAX_HEADER_BYTES`\)/)),
      MAX_BODY_BYTES: bytesOf(find(/([\d]+ \w+) \(`MAX_BODY_BYTES`\)/)),
    },
    mark: {
      bytes: Number(find(/`MARK`, (\d+) bytes/)),
      prefix: String.fromCharCode(Number(find(/`(0x[0-9a-f]+)`, the text `pons:`/))) + find(/the text `(pons:)`/),
      tokenLength: Number(find(/and (\d+) characters of a random token/)),
    },
  };
}

function find(pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`bridge/README.md no longer says ${pattern.source}`);
  return found;
}

/** The rows of the first table below `heading`, as cells, without its head. */
function rowsOf(heading: string): string[][] {
  const section = text.slice(text.indexOf(`\n${heading}\n`));
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? '';
  return table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

/** `x` of a cell that begins with x in backticks. */
function bare(cell: string | undefined): string {
  return /`([^`]*)`/.exec(cell ?? '')?.[1] ?? '';
}

/** The words in backticks outside of parentheses; what stands in parentheses explains the one before. */
function parameterNames(cell: string): string[] {
  let outside = cell;
  // From the innermost: an explanation may hold another one.
  for (let before = ''; before !== outside;) {
    before = outside;
    outside = outside.replace(/\([^()]*\)/g, '');
  }
  return [...outside.matchAll(/`([^`]*)`/g)].map(([, name]) => name ?? '').filter((name) => name !== 'null');
}

function bytesOf(amount: string): number {
  const [count, unit] = amount.split(' ');
  return Number(count) * (unit === 'GiB' ? 1024 ** 3 : 1024 ** 2);
}
