import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * How often connections are closed whose last request was answered after the close began: Node closes those that are idle at that moment, and would wait
 * for the others as long as their clients keep them.
 */
const IDLE_MS = 100;

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

/** Closes a server: open requests may go on for `graceMs`, or until `atOnce`, then their connections are cut. */
export async function closeApp(app: FastifyInstance, graceMs: number, atOnce?: AbortSignal): Promise<void> {
  const cut = (): void => {
    app.server.closeAllConnections();
  };
  const timer = setTimeout(cut, graceMs);
  const idle = setInterval(() => {
    app.server.closeIdleConnections();
  }, IDLE_MS);
  atOnce?.addEventListener('abort', cut);
  try {
    const closed = app.close();
    if (atOnce?.aborted === true) cut();
    await closed;
  } finally {
    clearTimeout(timer);
    clearInterval(idle);
    atOnce?.removeEventListener('abort', cut);
  }
}

/** Lets a close cut connections that were opened ahead of any request: Node does not count them as idle and would wait. */
export function cutUnusedOnClose(app: FastifyInstance): void {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', (done) => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
}
