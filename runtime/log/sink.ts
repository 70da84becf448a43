import type { Writable } from 'node:stream';
import { openDestination } from './destination.ts';
import { prettyStream } from './pretty.ts';

/** Where log lines go. Bounded: a reader that stands still or leaves neither fills the supervisor's memory nor stops the serving. */
export interface LogSink {
  /** Takes one JSON line with its line feed. False: hold back what can be held back until `onceDrained`. */
  write(line: string): boolean;
  /** Calls back once, when lines are taken again. */
  onceDrained(listener: () => void): void;
  /** Writes out what is buffered, as far as somebody reads it. To be called once, before the process ends. */
  close(): Promise<void>;
}

/** Bytes that may wait for a slow reader; lines of writers that do not hold back are dropped beyond. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** How long a reader that stands still is waited for at the end. */
const CLOSE_GRACE_MS = 1000;

/** Lines to the file descriptor `fd`: JSON, or text for people where it is a terminal. */
export function openSink(fd: number, pretty: boolean): LogSink {
  const destination = openDestination(fd);
  const stream: Writable = pretty ? prettyStream(destination) : destination;
  return {
    write: (line) => destination.writableLength < MAX_WAITING_BYTES && stream.write(line),
    onceDrained: (listener) => {
      stream.once('drain', listener);
    },
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          destination.destroy();
        }, CLOSE_GRACE_MS);
        destination.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        stream.end();
      }),
  };
}
