/** What a comment before a fenced block says about it; docs/contributing.md lists them. */
export type Directive =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'serves' | 'prints' | 'none' }
  | { readonly kind: 'not run'; readonly why: string };

/** One fenced block of a page. */
export interface Block {
  /** 1 for the first line of the page; that of the fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly directive: Directive;
}

const FENCE = /^(?:<!-- (?<directive>.*) -->\n)?```(?<language>\w*)\n(?<text>[^]*?)^```$/gm;

export function parseBlocks(page: string): Block[] {
  return [...page.matchAll(FENCE)].map((found) => {
    const { directive, language, text } = found.groups ?? {};
    const before = page.slice(0, found.index).split('\n').length;
    return {
      line: directive === undefined ? before : before + 1,
      language: language ?? '',
      text: text ?? '',
      directive: parseDirective(directive),
    };
  });
}

function parseDirective(text: string | undefined): Directive {
  if (text === undefined) return { kind: 'none' };
  if (text === 'serves' || text === 'prints') return { kind: text };
  const [kind, rest] = text.split(/: (.*)/);
  if (kind === 'file' && rest !== undefined) return { kind, name: rest };
  if (kind === 'not run' && rest !== undefined) return { kind, why: rest };
  throw new Error(`<!-- ${text} --> says nothing that is known`);
}
