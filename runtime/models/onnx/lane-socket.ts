/**
 * Hazard: Node has no option by which what a server accepts reads into one buffer (see `intoOneBuffer`). Remedy: a socket of our own around the same handle.
 * Precondition: the server pauses what it accepts.
 */
import type { Socket, SocketConstructorOpts } from 'node:net';
import { intoOneBuffer } from '../../../bridge/node/one-buffer.ts';

interface Handled {
  _handle: unknown;
}

/** The same connection, which reads into one buffer; what is given is of no use afterwards. */
export function takeOver(accepted: Socket): Socket {
  const { _handle: handle } = accepted as unknown as Handled;
  (accepted as unknown as Handled)._handle = null;
  // Without its handle it ends nothing, but its server no longer counts it.
  accepted.destroy();
  return intoOneBuffer({ handle, readable: true, writable: true } as SocketConstructorOpts);
}
