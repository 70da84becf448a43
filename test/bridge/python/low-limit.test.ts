import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** Sets the lowest limit of recursion that is allowed where it is, and `payload` more. */
const LOWERS = `
import sys

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        for limit in range(1, 1000):
            try:
                sys.setrecursionlimit(limit)
                break
            except (RecursionError, ValueError):
                pass
        sys.setrecursionlimit(limit + payload)
        return {}
`;

/** From what leaves no room for anything to what leaves room for all. */
const MORE = [0, 1, 2, 3, 4, 6, 20];

for (const python of oldestAndNewest) {
  for (const threads of [1, 2]) {
    test(`a process goes on or ends, whatever limit of recursion user code leaves (${threads} at a time, Python ${python.version})`, async () => {
      const ends = await Promise.all(
        MORE.map((more) =>
          withServing({ python, files: LOWERS, params: { threads } }, async (host) => {
            const predicts = async () => {
              await host.predict(String(more));
              return host.predict(String(more));
            };
            const end = predicts().catch(() => host.exited);
            const came = await deadline(120_000, end, `an end with ${more} more`);
            host.child.kill('SIGKILL');
            return came;
          }),
        ),
      );
      assert.equal(ends.at(-1), {});
      for (const end of ends) assert.ok(end === 1 || JSON.stringify(end) === '{}', String(end));
    });
  }
}

test.run();
