import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intoOneBuffer } from '../../bridge/node/one-buffer.ts';
import { fitsSocket } from '../processes/socket-path.ts';
import { makeTempFolder } from '../state/temp-folder.ts';

export interface UpSocket {
  /** Its `data` events hand out memory that the next one overwrites. */
  readonly near: Socket;
  /** For the child; to be destroyed when the child has its own copy. */
  readonly far: Socket;
}

/** Two stream sockets, connected to each other. Rejects with `PONS_ERR_STATE_TEMP_UNWRITABLE`, or with an `Error` that says why there are none. */
export async function openUpSocket(): Promise<UpSocket> {
  // Into this folder comes nobody else.
  const dir = await makeTempFolder('pons-');
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(dir, 'up');
    if (!fitsSocket(path)) {
      throw new Error(`the path of the folder for temporary files (TMPDIR) is too long for a socket: ${tmpdir()}`);
    }
    await once(server.listen(path), 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const near = intoOneBuffer().connect(path);
    try {
      const both = Promise.all([accepted, once(near, 'connect')]);
      const [[far]] = await Promise.race([both, refused(near)]);
      return { near, far };
    } catch (error) {
      near.destroy();
      throw error;
    }
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** libuv takes a connection for which it has no file descriptor, closes it, and tells its server nothing. Source: `uv__emfile_trick` of its unix/stream.c */
function refused(near: Socket): Promise<never> {
  const refusal = once(near, 'close').then(() => {
    throw Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
  });
  // An end that comes when both are connected is not for us.
  refusal.catch(() => undefined);
  return refusal;
}
