/**
 * Hazard: Node has no public option by which what a server accepts reads into one buffer (see `intoOneBuffer`): a server takes no `onread`, and an accepted
 * socket shows no fd of which another one could be made. Remedy: a socket of our own around the same handle, which is Node's own affair: where a version has
 * none, or takes none, the accepted socket is used as it is, which costs time and nothing else. Precondition: the server pauses what it accepts.
 */
import type { Socket, SocketConstructorOpts } from 'node:net';
import { intoOneBuffer } from '../../../bridge/node/one-buffer.ts';

interface Handled {
  _handle?: unknown;
}

/** The same connection, which reads into one buffer where that is possible; what is given is of no use afterwards. To be listened to at once. */
export function takeOver(accepted: Socket): Socket {
  const given = accepted as unknown as Handled;
  const own = around(given._handle);
  // Paused by its server, it would wait for this for ever.
  if (own === null) return accepted.resume();
  given._handle = null;
  // Without its handle it ends nothing, but its server no longer counts it.
  accepted.destroy();
  return own;
}

function around(handle: unknown): Socket | null {
  if (typeof handle !== 'object' || handle === null) return null;
  try {
    const own = intoOneBuffer({ handle, readable: true, writable: true } as SocketConstructorOpts);
    return (own as unknown as Handled)._handle === handle ? own : null;
  } catch {
    return null;
  }
}
