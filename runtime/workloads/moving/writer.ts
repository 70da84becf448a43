import { open, rm, type FileHandle } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { KnownError } from '../../errors/known-error.ts';
import { headOf, RunningChecksum, SEAL_BYTES } from './checksum.ts';
import { BODY_LINE_BYTES, VERSION, type Line, type WorkloadLine } from './format.ts';
import { clearParts, partOf, publish } from './publish.ts';

/** Written at once. */
const WRITE_BYTES = 1024 * 1024;

/** Where an export stood before some of its lines. */
export interface Savepoint {
  readonly bytes: number;
  readonly workloads: number;
  readonly checksum: number;
}

/** An export while it is written: under another name until it is whole, so that under its own there is never half of one. To be ended by `finish` or `abandon`. */
export class ExportWriter {
  readonly #path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  readonly #checksum = new RunningChecksum();
  /** What waits to be written. It is made once: a buffer for each line would be garbage faster than that is collected. */
  #buffer = Buffer.allocUnsafe(WRITE_BYTES);
  #used = 0;
  /** What is in the file before it. */
  #writtenBytes = 0;
  #workloads = 0;

  private constructor(path: string, part: string, file: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#file = file;
  }

  /** Rejects with `PONS_ERR_MOVE_FILE_EXISTS` or `_UNWRITABLE`, as all of it does. What an export that was killed has left goes. */
  static async create(path: string): Promise<ExportWriter> {
    if (existsSync(path)) throw KnownError.of('PONS_ERR_MOVE_FILE_EXISTS', { path });
    const part = partOf(path);
    const file = await onDisk(path, async () => {
      await clearParts(path);
      return open(part, 'wx', 0o600);
    });
    const writer = new ExportWriter(path, part, file);
    await writer.#line({ ponsState: { version: VERSION, exportedAt: new Date().toISOString() } });
    return writer;
  }

  /** One workload; what `body` is given up to the next belongs to it. */
  async workload(workload: WorkloadLine): Promise<void> {
    this.#workloads += 1;
    await this.#line({ workload });
  }

  /** The next bytes of the body of the last workload. */
  async body(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += BODY_LINE_BYTES) {
      await this.#line({ body: bytes.toString('base64', at, Math.min(at + BODY_LINE_BYTES, bytes.byteLength)) });
    }
  }

  /** To be given to `backTo` where what is written from here on turns out not to belong there. */
  savepoint(): Savepoint {
    const { value } = this.#checksum;
    return { bytes: this.#writtenBytes + this.#used, workloads: this.#workloads, checksum: value };
  }

  /** Takes back what was written since, be it as large as it may. */
  async backTo({ bytes, workloads, checksum }: Savepoint): Promise<void> {
    if (bytes < this.#writtenBytes) {
      await onDisk(this.#path, () => this.#file.truncate(bytes));
      this.#writtenBytes = bytes;
    }
    this.#used = bytes - this.#writtenBytes;
    this.#workloads = workloads;
    this.#checksum.value = checksum;
  }

  /** Resolves when the whole file is durable under its name. */
  async finish(): Promise<void> {
    await this.#line({ end: { workloads: this.#workloads } });
    await this.#write();
    await onDisk(this.#path, async () => {
      await this.#file.sync();
      await this.#file.close();
      await publish(this.#part, this.#path);
    });
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  async #line(line: Line): Promise<void> {
    const head = headOf(line);
    // No character takes more than three bytes for each of its units.
    const mostBytes = head.length * 3 + SEAL_BYTES;
    if (this.#used + mostBytes > this.#buffer.byteLength) await this.#write();
    if (mostBytes > this.#buffer.byteLength) this.#buffer = Buffer.allocUnsafe(mostBytes);
    const begin = this.#used;
    this.#used += this.#buffer.write(head, begin);
    this.#used += this.#checksum.seal(this.#buffer.subarray(begin, this.#used)).copy(this.#buffer, this.#used);
  }

  async #write(): Promise<void> {
    await onDisk(this.#path, async () => {
      while (this.#used > 0) {
        const { bytesWritten } = await this.#file.write(this.#buffer, 0, this.#used, this.#writtenBytes);
        this.#buffer.copyWithin(0, bytesWritten, this.#used);
        this.#writtenBytes += bytesWritten;
        this.#used -= bytesWritten;
      }
    });
  }
}

async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // It came while the export was written.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw KnownError.of('PONS_ERR_MOVE_FILE_EXISTS', { path }, error);
    throw KnownError.of('PONS_ERR_MOVE_FILE_UNWRITABLE', { path, reason: (error as Error).message }, error);
  }
}
