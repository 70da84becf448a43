import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { predict } from '../support/workload.ts';

const CALLS = `
import json, time
from urllib.request import Request, urlopen

class PythonPredictor:
    def __init__(self, config):
        self.asks = config.get('asks')
    def predict(self, payload):
        if self.asks is None:
            return {'doubled': 2 * payload}
        body = json.dumps(payload).encode()
        made = json.load(urlopen(Request(self.asks, body, {'content-type': 'application/json'})))
        while True:
            answer = json.load(urlopen(self.asks + '/' + made['id']))
            if 'result' in answer:
                return answer['result']
            time.sleep(0.01)
`;

const CONFIGURATION = `
- {name: caller, kind: AsyncAPI, predictor: {type: python, path: predictor.py, config: {asks: 'http://api-called:8888/predict'}}}
- {name: called, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}
`;

test('where another program has port 8888 on all addresses, APIs are served and call each other all the same, and what they cannot is said', async () => {
  const other = createServer((socket) => socket.end('another program')).listen(8888, '0.0.0.0');
  await once(other, 'listening');
  try {
    const served = await servePons(makeProject({ 'cortex.yaml': CONFIGURATION, 'predictor.py': CALLS }));
    try {
      assert.equal(await predict(`${served.url}/caller`, '21', 'application/json'), { doubled: 42 });
      assert.ok(served.lines.some((line) => line.includes('known to Python code only, not to sub-processes')));
    } finally {
      assert.is(await served.stop(), 0);
    }
  } finally {
    other.close();
  }
});

test.run();
