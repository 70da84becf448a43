import type { Arrival, ArrivingWorkload, Carriage, LeavingWorkload } from '../carriage.ts';
import { RETENTION_MS } from '../retention.ts';
import { isNothingStored } from './fault.ts';
import type { Parts } from './parts.ts';
import { readSlice } from './slices.ts';

/** The way of workloads into a state folder and out of it. */
export class EmbeddedCarriage implements Carriage {
  readonly #parts: Pick<Parts, 'commits' | 'bodies' | 'disk' | 'clock'>;

  constructor(parts: Pick<Parts, 'commits' | 'bodies' | 'disk' | 'clock'>) {
    this.#parts = parts;
  }

  async apis(): Promise<string[]> {
    return (await this.#parts.commits.ask('apis', 0, () => null)).answer;
  }

  async *workloads(apis: readonly string[]): AsyncGenerator<readonly LeavingWorkload[]> {
    const { commits, bodies } = this.#parts;
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const { answer, bytes } = await commits.ask('page', 0, () => ({ apis, after: from }));
      yield answer.workloads.map(({ digest, body, ...rest }) => ({
        ...rest,
        digest: readSlice(bytes, digest),
        body: body === null ? null : bodies.unpack(body, bytes),
      }));
      after = answer.next;
    }
  }

  adopt(arriving: readonly ArrivingWorkload[]): Promise<readonly Arrival[]> {
    const sizes = arriving.map(({ received }) =>
      received?.body.kind === 'bytes' ? received.body.bytes.byteLength : 0,
    );
    const room = this.#parts.disk.reserve(sizes.reduce((sum, size) => sum + size, 0));
    return Promise.all(arriving.map((workload, at) => this.#adoptOne(workload, sizes[at] ?? 0, room)));
  }

  /** All of one call are asked for in the same turn, so that they are stored in their order and with as few syncs of the disk as can be. */
  async #adoptOne(workload: ArrivingWorkload, sizeBytes: number, room: Promise<void>): Promise<Arrival> {
    const { commits, bodies, clock } = this.#parts;
    const { received, digest, ...rest } = workload;
    const body = received?.body ?? null;
    try {
      await room;
      const endedAfter = clock() - RETENTION_MS;
      const { answer } = await commits.ask('adopt', sizeBytes, (writer) => ({
        workload: { ...rest, digest: writer.add(digest), body: body === null ? null : bodies.pack(body, writer) },
        endedAfter,
      }));
      if (answer !== 'stored' && body !== null) await bodies.remove(body);
      return answer;
    } catch (error) {
      if (body !== null && isNothingStored(error)) await bodies.remove(body);
      throw error;
    }
  }
}
