import type { Socket } from 'node:net';

/** Who does not take its answer keeps others up for so long: some more than what comes next takes to be read on a slow machine. */
const LEAST_MS = 10;
const MOST_MS = 250;
const BYTES_PER_MS = 50 * 1024;

/**
 * Resolves when the socket holds nothing more that is to be written, when it is closed, or when that takes too long; null: it holds little. A run keeps the
 * process from writing: without that wait, what is behind the first piece of a large answer would come after the runs of all others.
 */
export function untilWritten(socket: Socket): Promise<void> | null {
  if (!socket.writableNeedDrain || socket.destroyed) return null;
  const limitMs = Math.min(MOST_MS, LEAST_MS + socket.writableLength / BYTES_PER_MS);
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    const timer = setTimeout(settle, limitMs);
    socket.once('drain', settle).once('close', settle);
  });
}
