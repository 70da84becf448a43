import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const CALLS = `
import asyncio, socket, urllib.request

URL = 'http://api-other:8888/predict'

def over_socket(s):
    s.sendall(b'GET /predict HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n')
    data = b''
    while True:
        chunk = s.recv(65536)
        if not chunk:
            return data.split(b'\\r\\n\\r\\n', 1)[1].decode()
        data += chunk

def connect(name, how=socket.socket.connect):
    s = socket.socket()
    try:
        assert not how(s, (name, 8888))
        return over_socket(s)
    finally:
        s.close()

async def over_asyncio():
    reader, writer = await asyncio.open_connection('api-other', 8888)
    writer.write(b'GET /predict HTTP/1.0\\r\\n\\r\\n')
    data = await reader.read()
    writer.close()
    return data.split(b'\\r\\n\\r\\n', 1)[1].decode()

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        return {'got': eval(payload)}
`;

const WAYS = [
  'urllib.request.urlopen(URL).read().decode()',
  "urllib.request.urlopen('http://API-Other:8888/predict').read().decode()",
  "over_socket(socket.create_connection(('api-other', 8888)))",
  "connect('api-other')",
  "connect('api-other', socket.socket.connect_ex)",
  "connect(socket.gethostbyname('api-other'))",
  "connect(socket.getaddrinfo('api-other', 8888)[0][4][0])",
  'asyncio.new_event_loop().run_until_complete(over_asyncio())',
];

for (const python of oldestAndNewest) {
  test(`another API is reached by its name and port 8888 (Python ${python.version})`, async () => {
    const server = createServer((request, response) => response.end(`served ${String(request.url)}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.77', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const chaining = { 'api-other': ['127.0.0.77', port] } as const;
      await withServing({ python, files: CALLS, params: { chaining } }, async (host) => {
        for (const way of WAYS) assert.equal(await host.predict(way, 'text/plain'), { got: 'served /predict' }, way);
        const rest =
          "[socket.gethostbyname_ex('api-other')[2], socket.gethostbyname('localhost'), socket.getaddrinfo('127.0.0.1', 80)[0][4][0]]";
        assert.equal(await host.predict(rest, 'text/plain'), { got: [['127.0.0.77'], '127.0.0.1', '127.0.0.1'] });
      });
    } finally {
      server.close();
    }
  });
}

test('without chaining nothing is patched', () =>
  withServing({ files: CALLS }, async (host) => {
    assert.equal(await host.predict('[socket.getaddrinfo.__module__, socket.socket.connect.__name__]', 'text/plain'), {
      got: ['socket', 'connect'],
    });
  }));

test.run();
