/**
 * Hazard: a write to a pipe that nobody reads blocks a thread for ever, and with it the end of the program; one to a pipe whose reader has
 * left fails. Remedy: a pipe is opened anew, so that its writes wait in this process and can be given up; what fails is dropped in silence,
 * since there is nobody left to tell.
 */
import { constants, fstatSync, openSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';

/** Bytes that may wait before writers are asked to hold back. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** How long a terminal that takes nothing is left alone. */
const TERMINAL_RETRY_MS = 20;

/** The file descriptor as a stream that never fails; `destroy` gives up what nobody has read. */
export function openDestination(fd: number): Writable {
  const outlet = streamOutlet(fd) ?? fileOutlet(fd);
  let gone = false;
  const putAll = (bytes: Buffer, done: () => void): void => {
    if (gone) {
      done();
      return;
    }
    outlet.put(bytes, (failed) => {
      gone ||= failed;
      done();
    });
  };
  return new Writable({
    highWaterMark: HIGH_WATER_BYTES,
    write: (chunk: Buffer, _encoding, done) => {
      putAll(chunk, done);
    },
    writev: (chunks, done) => {
      putAll(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done);
    },
    destroy: (error, done) => {
      gone = true;
      outlet.giveUp();
      done(error);
    },
  });
}

interface Outlet {
  readonly put: (bytes: Buffer, done: (failed: boolean) => void) => void;
  /** Ends a write that waits. */
  readonly giveUp: () => void;
}

/** null for what is neither pipe nor socket. */
function streamOutlet(fd: number): Outlet | null {
  const stats = fstatSync(fd);
  if (!stats.isFIFO() && !stats.isSocket()) return null;
  // A pipe is opened anew where that is possible: whether its writes wait is shared with every program that has it.
  const anew = stats.isFIFO() && process.platform === 'linux';
  const own = anew ? openAnew(fd, constants.O_WRONLY | constants.O_NONBLOCK) : fd;
  const socket = new Socket({ fd: own, readable: false, writable: true });
  socket.on('error', () => undefined);
  socket.unref();
  return {
    put: (bytes, done) => {
      socket.write(bytes, (error) => {
        done(error instanceof Error);
      });
    },
    giveUp: () => {
      socket.destroy();
    },
  };
}

/** The file descriptor itself where it belongs to another user, as behind `su` and in some containers: it may be written, not opened. */
function openAnew(fd: number, flags: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, flags);
  } catch {
    return fd;
  }
}

/** A terminal is opened anew, too: one that stands still (Ctrl-S, a stuck connection) must not hold up the end. */
function fileOutlet(fd: number): Outlet {
  const anew = isatty(fd) && process.platform === 'linux';
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const own = anew ? openAnew(fd, flags) : fd;
  let givenUp = false;
  const put: Outlet['put'] = (bytes, done) => {
    if (givenUp) {
      done(true);
      return;
    }
    write(own, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(put, TERMINAL_RETRY_MS, bytes, done).unref();
      else if (error !== null) done(true);
      else if (written < bytes.length) put(bytes.subarray(written), done);
      else done(false);
    });
  };
  return {
    put,
    giveUp: () => {
      givenUp = true;
    },
  };
}
