import { constants, open } from 'node:fs/promises';
import { KnownError } from '../../errors/known-error.ts';
import { damaged } from './damaged.ts';

const READ_BYTES = 256 * 1024;
/** No line of an export is as long: the longest are those with a part of a body, and with what an exception said. */
const LINE_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a file, without their line feeds. Throws `PONS_ERR_MOVE_FILE_UNREADABLE`, and `PONS_ERR_MOVE_FILE_DAMAGED` where the last one
 * has no line feed.
 */
export async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let [lines, bytes] = [0, 0];
  for await (const chunk of chunksOf(path)) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to !== -1; to = chunk.indexOf(LINE_FEED, from)) {
      const end = chunk.subarray(from, to);
      lines += 1;
      yield parts.length === 0 ? end : Buffer.concat([...parts, end]);
      [parts, bytes, from] = [[], 0, to + 1];
    }
    if (from === chunk.byteLength) continue;
    bytes += chunk.byteLength - from;
    if (bytes > LINE_BYTES) throw damaged(path, lines + 1, 'it is longer than any line of an export');
    parts.push(chunk.subarray(from));
  }
  if (bytes > 0) throw damaged(path, lines + 1, 'the file ends in the middle of it, so it was cut off');
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    // Without waiting: a pipe that nobody writes to would hold us up for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a folder' : 'it is not a file');
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES));
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw KnownError.of('PONS_ERR_MOVE_FILE_UNREADABLE', { path, reason }, error);
  }
}
