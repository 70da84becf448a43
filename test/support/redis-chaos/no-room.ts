import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Ends all connections to a Redis, lets it take no new ones while `act` runs, and then as many as before. */
export async function withRoomForNobody(port: number, act: () => Promise<void>): Promise<void> {
  // Opened before: there is no room for whoever wants to make room again.
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  try {
    const before = (await asked(socket, 'CONFIG GET maxclients')).trim().split('\r\n').at(-1) ?? '';
    await asked(socket, 'CONFIG SET maxclients 1');
    await asked(socket, 'CLIENT KILL TYPE normal SKIPME yes');
    await act();
    await asked(socket, `CONFIG SET maxclients ${before}`);
  } finally {
    socket.destroy();
  }
}

/** Redis takes plain lines, too. */
async function asked(socket: Socket, command: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(`${command}\r\n`);
  return String((await answer)[0]);
}
