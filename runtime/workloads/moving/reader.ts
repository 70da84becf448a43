import { createHash } from 'node:crypto';
import { KnownError } from '../../errors/known-error.ts';
import type { CarriedWorkload } from '../carriage.ts';
import { RunningChecksum } from './checksum.ts';
import { damaged } from './damaged.ts';
import { VERSION } from './format.ts';
import { JsonText } from './json-text.ts';
import { linesOf } from './lines.ts';
import { parseWorkload } from './parse-workload.ts';

/** A workload of an export. */
export interface ReadWorkload {
  readonly workload: CarriedWorkload;
  /** Length of its body; 0 where there is none. */
  readonly bodyBytes: number;
  /** To be read before the next workload is asked for; what is left of it is passed over. Throws as `readExport` does. */
  readonly body: AsyncIterable<Buffer> | null;
}

/**
 * The workloads of an export, in its order. Throws `PONS_ERR_MOVE_FILE_UNREADABLE`, `_DAMAGED` or `_VERSION`; once it has ended, the file was whole.
 */
export async function* readExport(path: string): AsyncGenerator<ReadWorkload> {
  const reader = new Reader(path);
  try {
    await reader.head();
    for (let workloads = 0; ; workloads += 1) {
      const { workload, end } = await reader.object();
      if (end !== undefined) {
        await reader.end(end, workloads);
        return;
      }
      const parsed = workload === undefined ? 'neither a workload nor the end is in it' : parseWorkload(workload);
      if (typeof parsed === 'string') throw reader.damaged(parsed);
      const [carried, bodyBytes] = parsed;
      const body = bodyBytes === null ? null : reader.body(carried, bodyBytes);
      yield { workload: carried, bodyBytes: bodyBytes ?? 0, body };
      // What nobody has read of it.
      if (body !== null) while ((await body.next()).done !== true);
    }
  } finally {
    await reader.close();
  }
}

type Content = Readonly<Record<string, unknown>>;

class Reader {
  readonly #path: string;
  readonly #lines: AsyncGenerator<Buffer>;
  readonly #checksum = new RunningChecksum();
  #line = 0;

  constructor(path: string) {
    this.#path = path;
    this.#lines = linesOf(path);
  }

  damaged(problem: string): KnownError {
    return damaged(this.#path, this.#line, problem);
  }

  async head(): Promise<void> {
    const line = await this.#next('the file is empty');
    const { ponsState } = contentOf(line) ?? {};
    if (typeof ponsState !== 'object' || ponsState === null) throw this.damaged('the file is not an export of Pons');
    const { version } = ponsState as { version?: unknown };
    if (!Number.isSafeInteger(version)) {
      throw this.damaged(
        `its version is ${version === undefined ? 'missing' : JSON.stringify(version)}, which is no whole number`,
      );
    }
    // Before the checksum, which another version may well make in another way.
    if (version !== VERSION) {
      const facts = { path: this.#path, found: String(version), supported: VERSION };
      throw KnownError.of('PONS_ERR_MOVE_FILE_VERSION', facts);
    }
    this.#check(line);
  }

  async object(): Promise<Content> {
    const line = await this.#next('the file ends before its end mark, so it was cut off');
    this.#check(line);
    const content = contentOf(line);
    if (content === null) throw this.damaged('it is no JSON object');
    return content;
  }

  /** The end mark, behind which there must be nothing. */
  async end(mark: unknown, workloads: number): Promise<void> {
    const { workloads: announced } = (mark ?? {}) as { workloads?: unknown };
    if (announced !== workloads) throw this.damaged(`it ends ${String(announced)} workloads, and ${workloads} came`);
    if ((await this.#lines.next()).done === true) return;
    this.#line += 1;
    throw this.damaged('it comes after the end mark');
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  async *body({ status, digest }: CarriedWorkload, sizeBytes: number): AsyncGenerator<Buffer> {
    const hash = status === 'in_queue' ? createHash('sha256') : null;
    const result = status === 'completed' ? new JsonText() : null;
    const workloadLine = this.#line;
    let leftBytes = sizeBytes;
    while (leftBytes > 0) {
      const { body } = await this.object();
      const bytes = typeof body === 'string' ? Buffer.from(body, 'base64') : null;
      if (bytes === null || bytes.byteLength === 0) {
        throw this.damaged(`${leftBytes} bytes of the body of the workload in line ${workloadLine} are missing here`);
      }
      leftBytes -= bytes.byteLength;
      if (leftBytes < 0) throw this.damaged('it has more of the body than belongs to it');
      hash?.update(bytes);
      result?.push(bytes);
      yield bytes;
    }
    if (hash !== null && Buffer.compare(hash.digest(), digest) !== 0) {
      throw this.damaged(`the digest of the workload in line ${workloadLine} is not that of its body`);
    }
    if (result?.end() === false) throw this.damaged(`the result of the workload in line ${workloadLine} is not JSON`);
  }

  async #next(ifNone: string): Promise<Buffer> {
    const next = await this.#lines.next();
    this.#line += 1;
    if (next.done === true) throw this.damaged(ifNone);
    return next.value;
  }

  #check(line: Buffer): void {
    if (!this.#checksum.accepts(line)) {
      throw this.damaged('its checksum is wrong: the line, or one before it, was changed, or lines are missing');
    }
  }
}

function contentOf(line: Buffer): Content | null {
  try {
    const value: unknown = JSON.parse(line.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : null;
  } catch {
    return null;
  }
}
