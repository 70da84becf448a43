import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { up } from '../../../bridge/node/methods.ts';
import { ANSWER, CALL, LANES, SOCKETS, withLane } from '../../support/models/laned.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const CLOSES = `[os.close(lane._socket.fd) for lane in ${LANES}.values()]`;

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

    test(`where a lane cannot be connected the supervisor answers ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, peer, lane }) => {
        lane.end();
        assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
        assert.is(lane.asked, 0);
        assert.is(peer.count(up.onnxPredict), 2);
        // To ask is to wait for what the thread runs: once is enough.
        assert.is(peer.count(up.onnxEnded), 1);
      });
    });

    test(`user code that closes the lane loses nothing, and what it opens in its place is left alone ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, lane }) => {
        const replaced = `[os.dup2(os.open("own", os.O_RDWR | os.O_CREAT), lane._socket.fd) for lane in ${LANES}.values()] and None`;
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

  test(`a fork holds no lane open, its end closes none, and a call in it connects none (Python ${python.version})`, async () => {
    await withLane({ python }, async ({ tell, lane }) => {
      assert.match((await tell(`client._calls.model(None, "latest") and in_fork('${CALL}', client)`))[0] ?? '', /fork/);
      assert.equal(await tell(CALL, `in_fork('${SOCKETS}', client)`, CALL), [ANSWER, '0', ANSWER]);
      assert.is(lane.connections, 1);
      assert.is(lane.accepted, 1);
    });
  });

  test(`lanes need nothing of the module select that user code could take away (Python ${python.version})`, async () => {
    await withLane({ python, init: 'delattr(__import__("select"), "poll")' }, async ({ tell, lane }) => {
      assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
      assert.is(lane.asked, 2);
    });
  });
}

test.run();
