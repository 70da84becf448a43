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

  began(id: string): void {
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

  markSeen(): void {
    const [first] = this.#segments;
    if (first?.until === 'mark') this.#segments.shift();
    else if (first !== undefined) first.until = 'result';
  }

  /** The workload whose output is being read; null when none or, with several threads, more than one could be meant. */
  get owner(): string | null {
    const [first, second] = this.#segments;
    if (first === undefined) return null;
    if (first.until === 'result') return second?.id ?? null;
    return first.until === 'mark' || second === undefined ? first.id : null;
  }
}
