/*
 * Redis has its say about a connection before it is asked anything: that there is no room for it. Where there is no password the library asks nothing by
 * itself: it would take such a connection for a good one, and then trip over an answer without a question.
 */

interface Greeted {
  ping(): Promise<unknown>;
}

/** Source: acceptCommonHandler in Redis's networking.c */
const NO_ROOM = /^ERR max number of clients/;
const UNASKED = 'ERR it ended the connection before it was asked anything, as where maxclients is reached';

/**
 * Waits for a first answer on a new connection, which alone proves nothing: the system makes it for a server that is suspended too. Any will do: whoever asks for more than a greeting is told what Redis lacks.
 * @param broken resolves to why the connection has ended
 * @param isReply whether an error is an answer of Redis
 */
export async function greet(
  client: Greeted,
  broken: Promise<Error>,
  isReply: (error: unknown) => boolean,
): Promise<void> {
  try {
    await Promise.race([client.ping(), broken.then((error) => Promise.reject(error))]);
  } catch (error) {
    if (error instanceof TypeError) throw new Error(UNASKED, { cause: error });
    if (!isReply(error) || (error instanceof Error && NO_ROOM.test(error.message))) throw error;
  }
}
