import { closeSync } from 'node:fs';

/** A line for the person at the terminal, on stdout. */
export function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A line about what went wrong, on stderr. */
export function writeError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** To be called last, when the terminal is gone: Node aborts at its exit when it finds one that it cannot put back as it was. */
export function leaveTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      closeSync(fd);
    } catch {
      // It was closed already.
    }
  }
}
