import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { up } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import type { TestHost } from '../../support/host.ts';
import { type CallerOptions, withCaller } from '../../support/models/caller.ts';
import { PeerLane } from '../../support/models/peer-lane.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

interface Laned {
  readonly tell: (...codes: string[]) => Promise<string[]>;
  readonly host: TestHost;
  readonly peer: ModelPeer;
  readonly lane: PeerLane;
}

const CALL = 'client.predict([1, 2])[0]';
const ANSWER = '[[1.0, 2.0]]';
/** More than a socket holds. */
const LARGE = 'client.predict([1.5] * 2000000)[0][0][-1]';
/** Says on stderr when the lane has taken a part of a request and no more. */
const WATCHES =
  'threading.Thread(target=lambda: (next(1 for _ in iter(lambda: time.sleep(0.001), 1) if any(frame.sent for lane in client._calls._connection.lanes._lanes.values() for frame in list(lane._sender._outgoing))), os.write(2, b"full"))).start()';
const CLOSES = '[os.close(lane._fd) for lane in client._calls._connection.lanes._lanes.values()]';

/** Runs `body` with a predictor whose model is called on a lane. */
async function withLane(
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

/** Resolves when a predict has come, which is answered when what this resolves to is called; cancelled ones never are. */
function hold(peer: ModelPeer): Promise<() => void> {
  return new Promise((begun) => {
    peer.before = (signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
        begun(resolve);
      });
  });
}

function passAll(peer: ModelPeer): void {
  peer.before = () => Promise.resolve();
}

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    const title = `(Python ${python.version}, ${threads} threads)`;

    test(`calls go to the lane, over one connection, and all else to the supervisor ${title}`, async () => {
      await withLane({ python, threads, init: CALL }, async ({ tell, peer, lane }) => {
        assert.equal(await tell('self.first', CALL, CALL), [ANSWER, ANSWER, ANSWER]);
        assert.is(lane.asked, 3);
        assert.is(lane.connections, 1);
        assert.is(peer.count(up.onnxPredict), 3);
        assert.is(peer.count(up.onnxDescribe), 1);
      });
    });

    test(`a call that waits on a lane is cancelled with its workload, and the lane goes on ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        let id = 0;
        const answer = host.predictRaw(`["${CALL}"]`, undefined, undefined, (sent) => (id = sent));
        await deadline(10_000, begun, 'a call of the model');
        host.cancel(id);
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        passAll(peer);
        assert.equal(await tell(CALL), [ANSWER]);
        assert.is(lane.asked, 3);
      });
    });

    test(`an answer that comes after its call was cancelled is dropped ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        let answerIt = (): void => undefined;
        const begun = new Promise<void>((resolve) => {
          // As a run that nothing ends.
          peer.before = () =>
            new Promise((release) => {
              answerIt = release;
              resolve();
            });
        });
        let id = 0;
        const answer = host.predictRaw(`["${CALL}"]`, undefined, undefined, (sent) => (id = sent));
        await deadline(10_000, begun, 'a call of the model');
        host.cancel(id);
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        passAll(peer);
        answerIt();
        assert.equal(await tell('client.predict([3, 4])[0]'), ['[[3.0, 4.0]]']);
        assert.is(lane.connections, 1);
      });
    });

    test(`a call that the lane has no room for is cancelled, and what is left of it disturbs no other ${title}`, async () => {
      await withLane(
        { python, threads },
        async ({ tell, host, lane }) => {
          assert.equal(await tell(LARGE), ['1.5']);
          await lane.untilConnected(1);
          lane.stall(true);
          let id = 0;
          const answer = host.predictRaw(JSON.stringify([WATCHES, LARGE]), undefined, undefined, (sent) => (id = sent));
          while (!host.stderr.includes('full')) await new Promise((resolve) => setTimeout(resolve, 5));
          host.cancel(id);
          assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
          lane.stall(false);
          assert.equal(await tell('client.predict([7])[0]', LARGE), ['[[7.0]]', '1.5']);
          assert.is(lane.connections, 1);
        },
        null,
      );
    });

    test(`what a large answer holds is not written to by those that follow it ${title}`, async () => {
      await withLane(
        { python, threads, numpy: true },
        async ({ tell }) => {
          const first = 'client.predict(np.full(500000, 1.5, "f4"))[0]';
          const followed = `(lambda first: [client.predict([7])[0][0][0] for _ in range(3)] and len(set(first.ravel().tolist())))(${first})`;
          assert.equal(await tell(followed, followed), ['1', '1']);
        },
        null,
      );
    });

    test(`threads of user code call side by side, one waits for the other's answer on no lane ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, lane }) => {
        const together =
          '(lambda done: [[t.start() for t in ts] and [t.join() for t in ts] for ts in [[threading.Thread(target=lambda n=n: done.append(client.predict([n, n])[0][0][0] == n)) for n in range(16)]]] and (len(done), all(done)))([])';
        for (let round = 0; round < 3; round++) assert.equal(await tell(together), ['(16, True)']);
        assert.is(lane.connections, 1);
      });
    });

    test(`a lane that ends in a call fails it with the reason, and the next call goes to another lane ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        const answer = host.predict(`["${CALL}"]`);
        await deadline(10_000, begun, 'a call of the model');
        peer.reasons.push('the thread that ran the model ended: no memory');
        lane.end();
        assert.equal(await answer, { told: ['UserRuntimeException: the thread that ran the model ended: no memory'] });
        passAll(peer);
        // Its number stands for the model still: a description is asked for as the lane is not there.
        peer.reasons.push('the thread that ran the model ended: no memory');
        const next = await PeerLane.open(peer);
        try {
          assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
          assert.is(next.asked, 2);
        } finally {
          next.end();
        }
      });
    });

    test(`a lane that has ended between two calls fails none ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        lane.end();
        const next = await PeerLane.open(peer);
        peer.reasons.push('the thread that ran the model ended: no memory');
        try {
          assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
          assert.is(next.asked, 2);
        } finally {
          next.end();
        }
      });
    });

    test(`where a lane cannot be connected the supervisor answers ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, peer, lane }) => {
        lane.end();
        assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
        assert.is(lane.asked, 0);
        assert.is(peer.count(up.onnxPredict), 2);
      });
    });

    test(`user code that closes the lane loses nothing, and what it opens in its place is left alone ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, lane }) => {
        const replaced =
          '[os.dup2(os.open("own", os.O_RDWR | os.O_CREAT), lane._fd) for lane in client._calls._connection.lanes._lanes.values()] and None';
        assert.equal(await tell(CALL, CLOSES, CALL, replaced, CALL, 'open("own").read()'), [
          ANSWER,
          '[None]',
          ANSWER,
          'None',
          ANSWER,
          '',
        ]);
        await lane.untilConnected(1);
      });
    });
  }

  test(`a fork holds no lane open, and its end closes none (Python ${python.version})`, async () => {
    await withLane({ python }, async ({ tell, lane }) => {
      const fds = 'len([fd for fd in os.listdir("/proc/self/fd") if int(fd) >= 256])';
      const forked = `in_fork('${fds}', client)`;
      assert.equal(await tell(CALL, forked, CALL), [ANSWER, '0', ANSWER]);
      assert.is(lane.connections, 1);
    });
  });
}

test.run();
