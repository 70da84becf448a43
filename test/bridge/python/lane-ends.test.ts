import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { up } from '../../../bridge/node/methods.ts';
import type { OnnxEndedParams } from '../../../bridge/node/tensors.ts';
import { deadline } from '../../support/deadline.ts';
import { ANSWER, CALL, hold, LANES, SOCKETS, withLane } from '../../support/models/laned.ts';
import { PeerLane } from '../../support/models/peer-lane.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const FIXTURES = new URL('../../fixtures/host/', import.meta.url);
const beside = Object.fromEntries(
  ['lane_ends.py', 'wrap_once.py'].map((name) => [name, readFileSync(new URL(name, FIXTURES), 'utf8')]),
);

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    const title = `(Python ${python.version}, ${threads} threads)`;

    test(`a lane that ends in a call fails it with the reason, and the next call goes to another lane ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        const answer = host.predict(`["${CALL}"]`);
        await deadline(30_000, begun, 'a call of the model');
        peer.reasons.push('the process that ran the model was ended by SIGABRT');
        lane.end();
        assert.equal(await answer, {
          told: ['UserRuntimeException: the process that ran the model was ended by SIGABRT'],
        });
        // Its number stands for the model still: a description is asked for as the lane is not there.
        peer.reasons.push('the process that ran the model was ended by SIGABRT');
        const next = await PeerLane.open(peer);
        try {
          assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
          assert.is(next.asked, 2);
        } finally {
          next.end();
        }
      });
    });

    test(`a call that the process had not begun when it ended is made again ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        const [pid] = await tell('os.getpid()', CALL);
        const begun = hold(peer);
        const answer = host.predict(`["${CALL}"]`);
        await deadline(30_000, begun, 'a call of the model');
        const next = await PeerLane.open(peer);
        try {
          peer.reasons.push('the process that ran the model was ended by SIGABRT');
          peer.hasBegun = false;
          lane.end();
          assert.equal(await answer, { told: [ANSWER] });
          assert.is(next.asked, 1);
          const ended = peer.asked.find(({ method }) => method === up.onnxEnded);
          const { id, ...rest } = ended?.value as OnnxEndedParams;
          assert.equal(rest, { model: 1, lane: lane.path, caller: Number(pid) });
          assert.type(id, 'number');
        } finally {
          next.end();
        }
      });
    });

    test(`a call whose answer another one has read does not fail where the lane ends right after ${title}`, () =>
      withLane({ python, threads, beside }, async ({ tell, lane }) => {
        const told = await tell(CALL, '__import__("lane_ends").after_answer()', CALL, CALL);
        assert.equal(told, [ANSWER, 'None', ANSWER, ANSWER]);
        await lane.untilConnected(1);
        assert.is(lane.accepted, 2);
      }));

    test(`a lane that has ended between two calls fails none ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        lane.end();
        const next = await PeerLane.open(peer);
        peer.reasons.push('the process that ran the model was ended by SIGABRT');
        try {
          assert.equal(await tell(CALL, CALL), [ANSWER, ANSWER]);
          assert.is(next.asked, 2);
        } finally {
          next.end();
        }
      });
    });

    test(`a lane that has ended ends no process that SIGPIPE would end ${title}`, async () => {
      const init = '__import__("signal").signal(13, __import__("signal").SIG_DFL)';
      await withLane({ python, threads, init }, async ({ tell, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        lane.end();
        const next = await PeerLane.open(peer);
        peer.reasons.push('the process that ran the model was ended by SIGABRT');
        try {
          assert.equal(await tell(CALL), [ANSWER]);
        } finally {
          next.end();
        }
      });
    });

    test(`nothing is kept of a lane that has ended, whether in a call, before one, or unnoticed ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        const kept = [SOCKETS, `len(${LANES})`];
        const lanes = [lane];
        const replace = async () => {
          lanes.at(-1)?.end();
          peer.reasons.push('the process that ran the model was ended by SIGABRT');
          lanes.push(await PeerLane.open(peer));
        };
        try {
          assert.equal(await tell(CALL, ...kept), [ANSWER, '3', '1']);
          await replace();
          assert.equal(await tell(CALL, ...kept), [ANSWER, '3', '1']);
          const begun = hold(peer);
          const answer = host.predict(`["${CALL}"]`);
          await deadline(30_000, begun, 'a call of the model');
          await replace();
          await answer;
          assert.equal(await tell(...kept), ['2', '0']);
          // It was described with the lane that has ended.
          peer.reasons.push('the process that ran the model was ended by SIGABRT');
          assert.equal(await tell(CALL, ...kept), [ANSWER, '3', '1']);
          await replace();
          assert.equal(await tell('client.get_model() and None', CALL, ...kept), ['None', ANSWER, '3', '1']);
        } finally {
          lanes.at(-1)?.end();
        }
      });
    });
  }
}

test.run();
