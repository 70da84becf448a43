import type { WorkloadStatus } from '../../../runtime/workloads/states.ts';

/** The result that the actor gives to a workload. */
export function resultOf(id: string): string {
  return JSON.stringify({ id, padding: id.repeat(20) });
}

const STATUS_AFTER: Readonly<Record<string, WorkloadStatus>> = {
  submit: 'in_queue',
  giveBack: 'in_queue',
  complete: 'completed',
  fail: 'failed',
  cancel: 'cancelled',
};

interface Entry {
  /** What the store acknowledged last; null before the submission was. */
  acknowledged: WorkloadStatus | null;
  /** What was begun and not acknowledged. */
  begun: WorkloadStatus | null;
}

/** What a killed process said about its workloads, and so what a store may hold of each. */
export class CrashLedger {
  readonly #entries = new Map<string, Entry>();

  get ids(): string[] {
    return [...this.#entries.keys()];
  }

  get acknowledgements(): number {
    return [...this.#entries.values()].filter(({ acknowledged }) => acknowledged !== null).length;
  }

  hear(line: string): void {
    const [mark, act = '', id = ''] = line.split(' ');
    const status = STATUS_AFTER[act];
    if (status === undefined) throw new Error(`not a line of the actor: ${line}`);
    const entry = this.#entries.get(id) ?? { acknowledged: null, begun: null };
    this.#entries.set(id, entry);
    if (mark === '!') entry.acknowledged = status;
    entry.begun = mark === '!' ? null : status;
  }

  /** The statuses that a workload may have now that its leases are over; null stands for one that is not there. */
  allowed(id: string): readonly (WorkloadStatus | null)[] {
    const entry = this.#entries.get(id);
    if (entry === undefined) return [null];
    return entry.begun === null ? [entry.acknowledged] : [entry.acknowledged, entry.begun];
  }

  /** What was found is from now on what must be found. */
  settle(id: string, found: WorkloadStatus | null): void {
    this.#entries.set(id, { acknowledged: found, begun: null });
  }
}
