import type { Readable } from 'node:stream';
import type { KnownError } from '../../errors/known-error.ts';
import type { ErrorView } from '../../errors/render.ts';
import { EXPIRY_BATCH, RETENTION_MS } from '../retention.ts';
import type {
  Body,
  CancelOutcome,
  EndListener,
  EndOutcome,
  GiveBack,
  GiveBackOutcome,
  Leased,
  Lease,
  LeaseRef,
  OpenBody,
  QueueCounts,
  ReceivedBody,
  Submission,
  SubmitOutcome,
  WorkloadRecord,
  WorkloadStore,
} from '../store.ts';
import { EmbeddedCarriage } from './carriage.ts';
import { isNothingStored } from './fault.ts';
import type { Parts } from './parts.ts';
import { nextMessage, tellThread } from './thread.ts';

/** The store of one state folder, for one process at a time. To be made by `openEmbeddedStore`. */
export class EmbeddedStore implements WorkloadStore {
  readonly carriage: EmbeddedCarriage;
  readonly #parts: Parts;
  #expiry: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.carriage = new EmbeddedCarriage(parts);
  }

  async refusal(): Promise<KnownError | null> {
    return this.#parts.commits.lost ?? (await this.#parts.disk.refusal(0));
  }

  receive(stream: Readable, limitBytes: number): Promise<ReceivedBody> {
    return this.#parts.bodies.receive(stream, limitBytes);
  }

  discard(received: ReceivedBody): Promise<void> {
    return this.#parts.bodies.remove(received.body);
  }

  async submit({ api, id, isNewId, contentType, received }: Submission): Promise<SubmitOutcome> {
    const { commits, disk, bodies, clock } = this.#parts;
    const { body, digest } = received;
    try {
      const sizeBytes = body.kind === 'bytes' ? body.bytes.byteLength : 0;
      await disk.reserve(sizeBytes);
      const now = clock();
      const { answer } = await commits.ask('submit', sizeBytes, (writer) => {
        const payload = bodies.pack(body, writer);
        return { api, id, isNewId, contentType, digest: writer.add(digest), payload, now };
      });
      if (answer !== 'stored') await bodies.remove(body);
      return answer;
    } catch (error) {
      if (isNothingStored(error)) await bodies.remove(body);
      throw error;
    }
  }

  lease(api: string, count: number): Promise<Leased> {
    return this.#lease(api, count, null);
  }

  async leaseNamed(api: string, ids: readonly string[]): Promise<Lease[]> {
    return [...(await this.#lease(api, ids.length, ids)).leases];
  }

  async #lease(api: string, count: number, ids: readonly string[] | null): Promise<Leased> {
    const { commits, bodies, clock } = this.#parts;
    const { answer, bytes } = await commits.ask('lease', 0, () => ({ api, count, ids, now: clock() }));
    const leases = answer.leases.map((lease) => ({ api, ...lease, payload: bodies.unpack(lease.payload, bytes) }));
    return { leases, more: answer.more };
  }

  async complete(ref: LeaseRef, result: Uint8Array): Promise<EndOutcome> {
    const { commits, bodies, clock } = this.#parts;
    const body = await bodies.keep(result);
    try {
      const sizeBytes = body.kind === 'bytes' ? result.byteLength : 0;
      const { answer } = await commits.ask('complete', sizeBytes, (writer) => ({
        ref: bare(ref),
        result: bodies.pack(body, writer),
        now: clock(),
      }));
      if (answer === 'refused') await bodies.remove(body);
      return answer;
    } catch (error) {
      if (isNothingStored(error)) await bodies.remove(body);
      throw error;
    }
  }

  async fail(ref: LeaseRef, error: ErrorView): Promise<EndOutcome> {
    const { code, message, fix } = error;
    const now = this.#parts.clock();
    const ask = { ref: bare(ref), error: { code, message, fix }, now };
    return (await this.#parts.commits.ask('fail', 0, () => ask)).answer;
  }

  async giveBack(ref: LeaseRef, how: GiveBack): Promise<GiveBackOutcome> {
    const ask = { ref: bare(ref), how, now: this.#parts.clock() };
    return (await this.#parts.commits.ask('giveBack', 0, () => ask)).answer;
  }

  async cancel(api: string, id: string): Promise<CancelOutcome> {
    const ask = { api, id, now: this.#parts.clock() };
    return (await this.#parts.commits.ask('cancel', 0, () => ask)).answer;
  }

  async find(api: string, id: string): Promise<WorkloadRecord | null> {
    const { commits, bodies } = this.#parts;
    const { answer, bytes } = await commits.ask('find', 0, () => ({ api, id }));
    if (answer === null) return null;
    return { api, id, ...answer, result: answer.result === null ? null : bodies.unpack(answer.result, bytes) };
  }

  open(body: Body): Promise<OpenBody> {
    return this.#parts.bodies.open(body);
  }

  read(body: Body): Promise<Uint8Array> {
    return this.#parts.bodies.read(body);
  }

  async counts(api: string): Promise<QueueCounts> {
    return (await this.#parts.commits.ask('counts', 0, () => ({ api }))).answer;
  }

  onQueued(api: string, listener: () => void): () => void {
    return this.#parts.listeners.add(api, listener);
  }

  onEnded(listener: EndListener): () => void {
    return this.#parts.endListeners.add(listener);
  }

  /** Leases end with this process: nobody else can take one. */
  onLost = () => () => undefined;

  /** Deletes the workloads that ended longer ago than they are kept; resolves to how many. */
  async expire(): Promise<number> {
    const before = this.#parts.clock() - RETENTION_MS;
    let total = 0;
    for (;;) {
      const { answer } = await this.#parts.commits.ask('expire', 0, () => ({ before, limit: EXPIRY_BATCH }));
      total += answer;
      if (answer < EXPIRY_BATCH) return total;
    }
  }

  /** Expires from now on every `intervalMs`; never when that is 0. A failure is left to the next time. */
  expireEvery(intervalMs: number, onExpired: (workloads: number) => void): void {
    if (intervalMs === 0) return;
    const act = async (): Promise<void> => {
      const workloads = await this.expire().catch(() => 0);
      if (workloads > 0) onExpired(workloads);
    };
    this.#expiry = setInterval(() => void act(), intervalMs).unref();
  }

  async close(): Promise<void> {
    if (this.#expiry !== null) clearInterval(this.#expiry);
    const { commits, thread } = this.#parts;
    await commits.drain();
    if (commits.isGone) return;
    thread.ref();
    const closed = nextMessage(thread);
    tellThread(thread, 'close');
    await closed;
    await thread.terminate();
  }
}

/** Only what the thread needs: a whole lease would drag its payload along. */
function bare({ api, id, token }: LeaseRef): LeaseRef {
  return { api, id, token };
}
