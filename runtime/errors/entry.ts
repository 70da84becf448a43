/** Who has to act: the caller or operator, the author of the predictor, or whoever runs Pons. */
export type Fault = 'user' | 'predictor' | 'system';

/** One row of the error table. `F` are the facts that the sentence is made of. */
export interface CatalogEntry<F> {
  readonly fault: Fault;
  /** The HTTP status where the error is the answer to a request; 500 where it never is. */
  readonly status: number;
  /** What happened, expected and got; one or more sentences, without a stack trace. */
  readonly message: (facts: F) => string;
  /** One imperative sentence: what to do now. */
  readonly fix: string;
}

/** Types one row; the facts are inferred from `message`. */
export function defineError<F>(entry: CatalogEntry<F>): CatalogEntry<F> {
  return entry;
}
