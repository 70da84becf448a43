import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withServing } from '../../support/host.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** 10 MB of float32. */
const ELEMENTS = 2_500_000;
const CALLS = 4;
const PLAIN = `client.predict(array.array('f', [%d]) * ${ELEMENTS})[0] == [float(%d)] * ${ELEMENTS}`;
const ARRAY = `(lambda y: bool((y == %d).all()) and y.flags.writeable and y.flags.aligned)(client.predict(np.full(${ELEMENTS}, %d, 'f4'))[0])`;
const times = (code: string, value: number) =>
  `all([${code.replaceAll('%d', String(value))} for _ in range(${CALLS})])`;

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    for (const numpy of [true, false]) {
      const title = `Python ${python.version}, ${threads} threads, ${numpy ? 'NumPy' : 'no NumPy'}`;
      test(`10 MB go up and down whole, during initialize and from all threads at once (${title})`, () => {
        const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'float32', ['N'])] } });
        const code = numpy ? ARRAY : PLAIN;
        return withCaller({ peer, python, threads, numpy, init: times(code, 1) }, async (tell) => {
          assert.equal(await tell('self.first'), ['True']);
          const values = Array.from({ length: threads }, (_, index) => index + 2);
          const told = await Promise.all(values.map((value) => tell(times(code, value))));
          assert.equal(
            told.flat(),
            values.map(() => 'True'),
          );
        });
      });
    }
  }
}

const PEAK = "int(__import__('re').search('VmHWM:\\\\s+(\\\\d+)', open('/proc/self/status').read()).group(1)) * 1024";
const VALUES = `array.array('f', (0.37 * number for number in range(${ELEMENTS})))`;
/** A list of floats takes 40: 8 for the list, 24 for each float, which some Pythons round up to 32; its tensor 4, and some more on its way. */
const MAX_BYTES_PER_VALUE = 70;

for (const python of oldestAndNewest) {
  test(`a flat list takes little more memory than its values (Python ${python.version})`, () => {
    const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'float32', ['N'])] } });
    return withCaller({ peer, type: 'tensorflow', python }, async (tell) => {
      const took = `(lambda x, peak: (lambda before, y: (peak() - before) / len(y['x']))(peak(), client.predict({'x': x})))`;
      const [told] = await tell(`${took}(${VALUES}, lambda: ${PEAK})`);
      assert.ok(Number(told) > 30 && Number(told) < MAX_BYTES_PER_VALUE, `${told} bytes a value`);
    });
  });
}

test('an answer of many sizes is whole and can be written to, whatever came before it', () => {
  const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'uint8', ['N'])] } });
  const sizes = [0, 1, 7, 65_528, 65_536, 65_537, 70_000, 3, 200_000, 200_000, 5, 131_072, 1_000_000, 0, 66_000];
  const check = `[(lambda y: bool((y == n % 251).all()) and len(y) == n and y.flags.writeable)(client.predict(np.full(n, n % 251, 'u1'))[0]) for n in ${JSON.stringify(sizes)}]`;
  return withCaller({ peer, numpy: true }, async (tell) => {
    assert.equal(await tell(check), [`[${sizes.map(() => 'True').join(', ')}]`]);
  });
});

const INTERRUPTED = `
import array, random, signal

class Late(Exception):
    pass

def ring(signum, frame):
    raise Late()

class ONNXPredictor:
    def __init__(self, onnx_client, config):
        self.client = onnx_client
        signal.signal(signal.SIGALRM, ring)
    def predict(self, payload):
        chosen, whole, late, wrong = random.Random(payload), 0, 0, 0
        for number in range(150):
            value = array.array('f', [number]) * chosen.choice((4, 20000, 100000))
            try:
                signal.setitimer(signal.ITIMER_REAL, chosen.uniform(0.0001, 0.006))
                told = self.client.predict(value)[0]
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Late:
                late += 1
                # However busy the machine is, the one behind it comes to its end.
                told = self.client.predict(value)[0]
            whole += 1
            wrong += told != value.tolist()
        return {'wrong': wrong, 'whole': whole, 'late': late}
`;

for (const python of oldestAndNewest) {
  test(`a signal handler that raises in the middle of an answer spoils no later one (Python ${python.version})`, () => {
    const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'float32', ['N'])] } });
    const params = { predictorType: 'onnx' } as const;
    return withServing({ python, files: INTERRUPTED, params, requested: peer.requested }, async (host) => {
      const sum = { whole: 0, late: 0 };
      for (let seed = 0; seed < 6; seed++) {
        const told = (await host.predict(String(seed))) as { wrong: number; whole: number; late: number };
        assert.is(told.wrong, 0);
        sum.whole += told.whole;
        sum.late += told.late;
      }
      assert.ok(sum.whole > 0 && sum.late > 0, JSON.stringify(sum));
    });
  });
}

test('arrays of one answer do not share what is written to them', () => {
  const inputs = [spec('a', 'float32', ['N']), spec('b', 'float64', ['N'])];
  const peer = new ModelPeer({ _cortex_default: { inputs } });
  const written =
    "(lambda a, b: (a.fill(7), b.sum(), b.flags.aligned))(*client.predict({'a': np.ones(50001, 'f4'), 'b': np.ones(50000)}))";
  return withCaller({ peer, numpy: true }, async (tell) => {
    const [told] = await tell(`tuple(map(str, ${written}))`);
    assert.is(told, "('None', '50000.0', 'True')");
  });
});

test.run();
