import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** Makes a FIFO at `path` and reads it to its end; `fd` is the end to write to, which the caller hands on and closes. */
export function openFifo(path: string, onText: (text: string) => void): { fd: number; ended: Promise<unknown> } {
  execFileSync('mkfifo', [path]);
  const reader = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  reader.setEncoding('utf8');
  reader.on('data', (text) => {
    onText(String(text));
  });
  return { fd: openSync(path, 'w'), ended: new Promise((resolve) => reader.once('close', resolve)) };
}
