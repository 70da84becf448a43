import { basename, dirname } from 'node:path';

/**
 * Whether a shell script may read files of the project beside itself. A wrong yes costs time, since the script then runs again whenever a file of the
 * project changes; a wrong no would fail a build. So the answer is yes unless the script is a list of commands that are known, with words that are no
 * file of the project.
 */
export function mayReadProject(script: string, own: string, paths: readonly string[]): boolean {
  const names = new Set(paths.filter((path) => path !== own).flatMap((path) => [basename(path), ...foldersOf(path)]));
  const commands = script
    .replace(/\\\n/g, ' ')
    .replace(/^\s*#.*$/gm, '')
    .split(/&&|\|\||[;|\n]/);
  return commands.some((command) => command.trim() !== '' && !isHarmless(command.trim(), [...names]));
}

/** Whether a script may write a list of what is to be installed after it. */
export function mayWrite(script: string | null, path: string): boolean {
  return script?.includes(path) === true;
}

const SAID = /^(?:echo|printf)\s/;
/** What is said of a variable of the environment. */
const VARIABLE = /\$(?:\w+|\{#?\w+\})/g;
/** What only a shell can tell the meaning of: expansions, here-documents, blocks, jobs, escapes. */
const FOR_A_SHELL = /[$`\\{}()]|<|&(?!>?\d)|~/;
const ASSIGNMENT = /^\w+=["']?\w*["']?$/;
const REDIRECTION = /^(?:\d|&)?>>?(?:&\d$)?/;
const FLAG = /^-/;
const URL = /^["']?(?:git\+)?[a-z]+:\/\//;
/** A path that leads to no file of the project. */
const ELSEWHERE = /^["']?\/(?!(?:mnt|proc)\b)[\w.@+-]+(?=\/|$|["'])(?!.*\.\.)/;
/** Such as `six`, `"torch==1.7.1"` or `libgomp1`. */
const PACKAGE = /^["']?[A-Za-z0-9][\w.+-]*(?:\[[\w.,-]+\])?(?:[=<>!~]=?[\w.*+-]+,?)*["']?$/;
const ARCHIVE = /\.(?:deb|whl|egg|zip|tgz|gz|bz2|xz|tar)["']?$/;
const PIP_FLAG =
  /^-(?:m|U|q|y|i|-upgrade|-quiet|-yes|-user|-pre|-no-cache-dir|-no-deps|-no-input|-(?:extra-)?index-url|-trusted-host|-force-reinstall|-prefer-binary|-no-binary|-only-binary)(?:=(?:[a-z]+:\/\/\S+|[\w:][\w:.,-]*))?$/;

interface Known {
  /** The command, and what it is told to do. */
  readonly name: RegExp;
  readonly flag: RegExp;
  /** What its words may be beside URLs and paths that are not the project's. */
  readonly word: RegExp;
}

const ANYTHING = /^[^*?[]*$/;
const NOTHING = /^(?!)/;

const KNOWN: readonly Known[] = [
  { name: /^(?:echo|printf|true|set)$/, flag: ANYTHING, word: ANYTHING },
  { name: /^export$/, flag: NOTHING, word: ASSIGNMENT },
  { name: /^apt(?:-get)? (?:update|upgrade|clean|autoremove)$/, flag: ANYTHING, word: NOTHING },
  { name: /^apt(?:-get)? (?:install|remove|purge)$/, flag: ANYTHING, word: PACKAGE },
  { name: /^(?:python3?(?:\.\d+)? )?pip3?(?:\.\d+)? (?:un)?install$/, flag: PIP_FLAG, word: PACKAGE },
  { name: /^(?:conda|mamba|micromamba) install$/, flag: /^-(?:y|c|q|-yes|-channel|-quiet)$/, word: PACKAGE },
  { name: /^git clone$/, flag: /^-(?:q|-quiet|-depth(?:=\d+)?)$/, word: /^\d+$/ },
  {
    name: /^(?:curl|wget)$/,
    flag: /^-(?:[sSfLkq]*[oO]?-?|nv|P|-(?:silent|show-error|fail|location|quiet|output))$/,
    word: NOTHING,
  },
  { name: /^tar$/, flag: /^-[xzjJvfC]+$|^--strip-components(?:=\d)?$/, word: /^[zjJvf]*x[zjJvf]*$|^\d$/ },
  {
    name: /^(?:cd|mkdir|touch|cp|mv|rm|ln|chmod|ldconfig|update-ca-certificates)$/,
    flag: /^-\w+$/,
    word: /^[0-7]{3,4}$|^[ugoa]*[-+][rwxX]+$/,
  },
];

function isHarmless(command: string, names: readonly string[]): boolean {
  if (FOR_A_SHELL.test(SAID.test(command) ? command.replace(VARIABLE, '') : command)) return false;
  const words = withoutRedirections(command.split(/\s+/));
  if (words === null) return false;
  const here = words.filter((word) => !URL.test(word) && !ELSEWHERE.test(word));
  if (here.some((word) => names.some((name) => holdsWord(word, name)))) return false;
  while (here[0] === 'sudo' || ASSIGNMENT.test(here[0] ?? '')) here.shift();
  const flags = here.filter((word) => FLAG.test(word));
  const plain = here.filter((word) => !FLAG.test(word));
  for (let length = Math.min(plain.length, 3); length > 0; length -= 1) {
    const known = KNOWN.find(({ name }) => name.test(plain.slice(0, length).join(' ')));
    if (known === undefined) continue;
    const rest = plain.slice(length);
    return (
      flags.every((word) => known.flag.test(word)) &&
      rest.every((word) => known.word.test(word) && !(known.word === PACKAGE && ARCHIVE.test(word)))
    );
  }
  return here.length === 0 && words.length === 0;
}

/** null: a file of the project may be written. */
function withoutRedirections(words: readonly string[]): string[] | null {
  const left: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const sign = REDIRECTION.exec(word)?.[0];
    if (sign === undefined) left.push(word);
    else if (!sign.includes('>&')) {
      const target = word.length > sign.length ? word.slice(sign.length) : (words[(at += 1)] ?? '');
      if (!ELSEWHERE.test(target)) return null;
    }
  }
  return left;
}

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : folder.split('/');
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
