interface Segment {
  readonly id: string;
  /** `mark`: it has ended, but output of it is still on its way. `result`: the mark came first; its result is on its way. */
  until: 'end' | 'mark' | 'result';
}

/**
 * Tells which workload a line of one stream belongs to. Output reaches the supervisor after the result at times, so the arrival of the
 * result says nothing: the host marks the end in the stream whenever output is still on its way.
 */
export class Attribution {
  readonly #segments: Segment[] = [];
  readonly #inTurn: boolean;
  #hasServed = false;

  /** @param inTurn whether workloads run one after the other, in the order in which they are told here */
  constructor(inTurn: boolean) {
    this.#inTurn = inTurn;
  }

  began(id: string): void {
    this.#hasServed = true;
    this.#segments.push({ id, until: 'end' });
  }

  /** @param marked whether the host wrote a mark behind the output of this workload */
  ended(id: string, marked: boolean): void {
    const at = this.#segments.findIndex((segment) => segment.id === id && segment.until !== 'mark');
    const segment = this.#segments[at];
    if (segment === undefined) return;
    if (marked && segment.until === 'end') segment.until = 'mark';
    else this.#segments.splice(at, 1);
  }

  /** Marks come in the order of the workloads; those whose mark was seen wait for their results. */
  markSeen(): void {
    const at = this.#segments.findIndex(({ until }) => until !== 'result');
    const segment = this.#segments[at];
    if (segment?.until === 'mark') this.#segments.splice(at, 1);
    else if (segment !== undefined) segment.until = 'result';
  }

  /** Whether this workload runs, or output or its result is on its way. */
  isOpen(id: string): boolean {
    return this.#segments.some((segment) => segment.id === id);
  }

  /** The workload whose output is being read; null when none or, with several threads, more than one could be meant. */
  get owner(): string | null {
    const at = this.#segments.findIndex(({ until }) => until !== 'result');
    const first = this.#segments[at];
    if (first === undefined) return null;
    if (this.#inTurn || first.until === 'mark') return first.id;
    return this.#segments.slice(at + 1).some(({ until }) => until !== 'result') ? null : first.id;
  }

  /** Whether what nobody owns can be of a workload all the same. */
  get isVague(): boolean {
    return !this.#inTurn && this.#hasServed;
  }

  /** Whether a result that is on its way decides whose output is being read. */
  get isPending(): boolean {
    return this.#inTurn && this.#segments.length > 1;
  }
}
