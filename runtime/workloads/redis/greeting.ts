/*
 * Redis has its say about a connection before it is asked anything: that there is no room for it. Where there is no password the library asks nothing by
 * itself: it would take such a connection for a good one, and then trip over an answer without a question.
 */

interface Greeted {
  ping(): Promise<unknown>;
}

/**
 * A connection on which this is said is of no use: what Redis tells of itself while it loads is not how it is set, and it ends one that comes with much and
 * without the password.
 * Source: acceptCommonHandler in Redis's networking.c, and the shared error objects in its server.c
 */
const OF_NO_USE = /^(ERR max number of clients|LOADING|NOAUTH)/;
const UNASKED = 'ERR it ended the connection before it was asked anything, as where maxclients is reached';

/**
 * Waits for a first answer on a new connection, which alone proves nothing: the system makes it for a server that is suspended too. Nearly any will do: whoever asks for more than a greeting is told what Redis lacks.
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
    if (!isReply(error) || (error instanceof Error && OF_NO_USE.test(error.message))) throw error;
  }
}
