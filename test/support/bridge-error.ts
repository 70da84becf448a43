import { BridgeError } from '../../bridge/node/messages.ts';

/** The error that `promise` is answered with. Rejects when it is answered without one, or ends otherwise. */
export async function bridgeErrorOf(promise: Promise<unknown>): Promise<BridgeError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error('it was answered without an error');
}
