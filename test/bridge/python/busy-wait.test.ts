import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostDir } from '../../../runtime/predictor/host-program.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/**
 * On a clock of its own, which goes on by 10 us at each look. Waits 3,000 times in vain, then with success at the fourth look, in vain again, and after
 * requests that took long; prints how many of these waits asked more than once.
 */
const WAITS = `
import json, sys
sys.path.insert(0, sys.argv[1])
from predictor_host.busy_wait import BusyWait

class Source:
    def __init__(self):
        self.asked, self.ready_after, self.now = [], None, 1000.0
    def receive(self, wanted, flags):
        self.asked.append((wanted, flags))
        return self.ready_after is not None and len(self.asked) > self.ready_after
    def clock(self):
        self.now += 10e-6
        return self.now

source = Source()
wait = BusyWait(source.receive, 64, source.clock)

def waits_that_asked(count, took=0.0):
    asked = 0
    for _ in range(count):
        source.asked.clear()
        source.now += took
        assert wait(10) is False
        asked += len(source.asked) > 1
    return asked

first = waits_that_asked(1)
in_vain = waits_that_asked(3000)
source.ready_after = 3
while True:
    source.asked.clear()
    if wait(10):
        break
successful = list(source.asked)
source.ready_after = None
afterwards = [waits_that_asked(1), waits_that_asked(1), waits_that_asked(1)]
long_ones = waits_that_asked(3000, 0.001)
print(json.dumps({'first': first, 'inVain': in_vain, 'successful': successful, 'afterwards': afterwards, 'longOnes': long_ones}))
`;

for (const python of oldestAndNewest) {
  test(`who waits in vain leaves the processor to others for longer and longer, until it is worth it again (Python ${python.version})`, async () => {
    const { stdout } = await execa(python.executable, ['-c', WAITS, hostDir]);
    const said = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    assert.is(said['first'], 0);
    // The 1st, 3rd, 7th and so on to the 255th, and then one of 256.
    assert.is(said['inVain'], 8 + Math.floor((3000 - 255) / 256));
    assert.equal(
      said['successful'],
      Array.from({ length: 4 }, () => [10, 64]),
    );
    assert.equal(said['afterwards'], [1, 0, 1]);
    assert.is(said['longOnes'], 0);
  });
}

test.run();
