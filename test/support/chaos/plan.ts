import { hash } from 'node:crypto';

/** What a payload deserves: a result, or to fail with a code and words in its message. */
export type Deserved =
  | { readonly kind: 'result'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failure'; readonly code: string; readonly words: string }
  /** It kills each process that runs it. */
  | { readonly kind: 'poison' };

export interface Planned {
  readonly api: string;
  readonly id: string;
  readonly contentType: string;
  /** Made anew at each call, since large ones would fill the memory; always the same bytes. */
  readonly body: () => Buffer;
  readonly deserved: Deserved;
}

type Random = () => number;

const LARGE_BYTES = 1024 * 1024;
const SHARES: readonly (readonly [kind: keyof typeof MAKERS, perThousand: number])[] = [
  ['single', 330],
  ['several', 390],
  ['threaded', 160],
  ['chained', 60],
  ['raising', 30],
  ['large', 22],
  ['garbled', 5],
  ['poison', 3],
];

const MAKERS = {
  single: (id: string, number: number, random: Random) => arithmetic('single', id, number, random() * 0.006),
  several: (id: string, number: number, random: Random) => arithmetic('several', id, number, random() * 0.012),
  threaded: (id: string, number: number, random: Random) => arithmetic('threaded', id, number, random() * 0.04),
  raising: (id: string, number: number, random: Random): Planned => ({
    ...json(pick(['single', 'several', 'threaded'], random), id, { act: 'raise', number, seconds: random() * 0.01 }),
    deserved: { kind: 'failure', code: 'PONS_ERR_PREDICTOR_RAISED', words: `payload ${number} asked for it` },
  }),
  poison: (id: string, number: number, random: Random): Planned => ({
    ...json(pick(['single', 'several', 'threaded'], random), id, { act: 'poison', number, seconds: 0 }),
    deserved: { kind: 'poison' },
  }),
  chained: (id: string, number: number, random: Random): Planned => ({
    ...json('chained', id, { number, seconds: random() * 0.02, named: random() < 0.5 }),
    deserved: { kind: 'result', fields: { number: answerTo(number) } },
  }),
  large: (id: string, _number: number, random: Random): Planned => {
    const sizeBytes = LARGE_BYTES + 1 + Math.floor(random() * 400_000);
    const first = random() < 0.5 ? '+' : '-';
    const body = (): Buffer => Buffer.concat([Buffer.from(first), Buffer.alloc(sizeBytes - 1, id)]);
    const padding = first === '+' ? { padding: 'x'.repeat(sizeBytes) } : {};
    const fields = { sha256: hash('sha256', body(), 'hex'), ...padding };
    return { api: 'large', id, contentType: 'application/octet-stream', body, deserved: { kind: 'result', fields } };
  },
  garbled: (id: string): Planned => ({
    // Too large to be checked when it is submitted.
    api: 'large',
    id,
    contentType: 'application/json',
    body: () => Buffer.alloc(LARGE_BYTES + 100, '[not json'),
    deserved: { kind: 'failure', code: 'PONS_ERR_PAYLOAD_INVALID', words: '' },
  }),
};

/** The workloads of a run; the same ones for the same random numbers. At least one of each kind where there are a thousand. */
export function planWorkloads(count: number, random: Random): Planned[] {
  const kinds = SHARES.flatMap(([kind, share]) =>
    Array.from({ length: Math.round((count * share) / 1000) }, () => kind),
  );
  const plan = Array.from({ length: count }, (_, number) =>
    MAKERS[kinds[number] ?? 'single'](`w${number}`, number, random),
  );
  return shuffle(plan, random);
}

/** What `arithmetic.py` makes of a number. */
function answerTo(number: number): number {
  return number * 3 + 1;
}

export function pick<T>(items: readonly [T, ...T[]], random: Random): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

function arithmetic(api: string, id: string, number: number, seconds: number): Planned {
  return {
    ...json(api, id, { act: 'answer', number, seconds }),
    deserved: { kind: 'result', fields: { number: answerTo(number) } },
  };
}

function json(api: string, id: string, payload: object): Omit<Planned, 'deserved'> {
  const text = JSON.stringify(payload);
  return { api, id, contentType: 'application/json', body: () => Buffer.from(text) };
}

function shuffle<T>(items: T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
}
