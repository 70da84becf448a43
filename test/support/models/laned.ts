import type { TestHost } from '../host.ts';
import { type CallerOptions, withCaller } from './caller.ts';
import { PeerLane } from './peer-lane.ts';
import { ModelPeer, spec } from './peer.ts';

export interface Laned {
  readonly tell: (...codes: string[]) => Promise<string[]>;
  readonly host: TestHost;
  readonly peer: ModelPeer;
  readonly lane: PeerLane;
}

export const CALL = 'client.predict([1, 2])[0]';
/** What `CALL` comes to. */
export const ANSWER = '[[1.0, 2.0]]';
/** The lanes of the host that evaluates this. */
export const LANES = 'client._calls._connection.lanes._lanes';
/** How many sockets it has to the supervisor and to lanes. */
export const SOCKETS =
  'len([fd for fd in os.listdir("/proc/self/fd") if "socket:" in os.path.realpath("/proc/self/fd/" + fd)])';

/** Runs `body` with a predictor whose model, with rows of `width` numbers, is called on a lane. */
export async function withLane(
  options: Omit<CallerOptions, 'peer'>,
  body: (laned: Laned) => Promise<void>,
  width: number | null = 2,
): Promise<void> {
  const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'float32', ['N', width])] } });
  const lane = await PeerLane.open(peer);
  try {
    await withCaller({ ...options, peer }, (tell, host) => body({ tell, host, peer, lane }));
  } finally {
    lane.end();
  }
}

/**
 * Resolves when the next predict has come, which is answered when what this resolves to is called; one that is cancelled never is. Those behind it are answered at
 * once: they may have come together with it.
 */
export function hold(peer: ModelPeer): Promise<() => void> {
  return new Promise((begun) => {
    peer.before = (signal) => {
      peer.before = () => Promise.resolve();
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
        begun(resolve);
      });
    };
  });
}
