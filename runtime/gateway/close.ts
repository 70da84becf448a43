import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { connectionsOf } from './connections.ts';
import type { HttpLimits } from './limits.ts';

/**
 * How often connections are looked at after a close began: Node closes those that are idle at that moment, and would wait for the others as long as their
 * clients keep them.
 */
const LOOK_MS = 100;

/**
 * Has answers that are given after a close began say that their connection ends: who used it once more in that moment would not know what became of the
 * request.
 */
export function tellClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Closes a server: open requests may go on for `closeMs`, and answers for as long as their clients take some of them within that, up to `closeAnswersMs`; all
 * of them until `atOnce`; then their connections are cut.
 */
export async function closeApp(
  app: FastifyInstance,
  { closeMs, closeAnswersMs }: Pick<HttpLimits, 'closeMs' | 'closeAnswersMs'>,
  atOnce?: AbortSignal,
): Promise<void> {
  const cut = (): void => {
    app.server.closeAllConnections();
  };
  const cutStuck = stuckCutter(connectionsOf(app.server), closeMs);
  const looks = setInterval(() => {
    app.server.closeIdleConnections();
    cutStuck();
  }, LOOK_MS);
  const limit = setTimeout(cut, closeAnswersMs);
  atOnce?.addEventListener('abort', cut);
  try {
    const closed = app.close();
    if (atOnce?.aborted === true) cut();
    await closed;
  } finally {
    clearInterval(looks);
    clearTimeout(limit);
    atOnce?.removeEventListener('abort', cut);
  }
}

/** To be called again and again: cuts the connections that have taken nothing of any answer for `graceMs`. */
function stuckCutter(sockets: ReadonlySet<Socket>, graceMs: number): () => void {
  const begun = performance.now();
  const seen = new WeakMap<Socket, { readonly sentBytes: number; readonly at: number }>();
  return () => {
    const now = performance.now();
    for (const socket of sockets) {
      const sentBytes = socket.bytesWritten - socket.writableLength;
      const before = seen.get(socket) ?? { sentBytes, at: begun };
      if (before.sentBytes === sentBytes && now - before.at >= graceMs) socket.destroy();
      seen.set(socket, before.sentBytes === sentBytes ? before : { sentBytes, at: now });
    }
  };
}

/** Lets a close cut connections that were opened ahead of any request: Node does not count them as idle and would wait. */
export function cutUnusedOnClose(app: FastifyInstance): void {
  const sockets = connectionsOf(app.server);
  app.addHook('preClose', (done) => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
}

/** Keeps a close from cutting connections whose last answer is written and has yet to go out to a slow client: Node counts them as idle. */
export function keepUnreadOnClose(app: FastifyInstance): void {
  const sockets = connectionsOf(app.server);
  const closeIdle = app.server.closeIdleConnections.bind(app.server);
  app.server.closeIdleConnections = () => {
    const unread = [...sockets].filter(({ writableLength }) => writableLength > 0);
    // Node asks nobody which it may take.
    for (const socket of unread) socket.destroy = () => socket;
    try {
      closeIdle();
    } finally {
      for (const socket of unread) Reflect.deleteProperty(socket, 'destroy');
    }
  };
}
