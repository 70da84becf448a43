/**
 * Hazard: a large body is garbage as soon as it is passed on, and V8 collects everything after some 32 MB of such memory, on all processors, and takes new
 * pages from the system meanwhile. Remedy: its memory is handed to a port that is closed, which gives it back at once.
 * Precondition: nobody uses the bytes any more, no call of the system either.
 */
import { MessageChannel } from 'node:worker_threads';

/** Below that it costs more than it spares. */
const SMALL_BYTES = 64 * 1024;

const { port1: closed } = new MessageChannel();
closed.close();

/** Gives back the memory under a large body that has it to itself; does nothing for any other. The body is empty afterwards. */
export function letGo({ buffer, length }: Uint8Array): void {
  if (length < SMALL_BYTES || length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  closed.postMessage(null, [buffer]);
}
