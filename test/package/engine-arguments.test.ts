import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildArguments, pushArguments, type BuildRequest } from '../../runtime/package/engine-arguments.ts';

const request: BuildRequest = {
  image: 'p-api:1',
  context: '/c',
  dockerfile: '/c/Dockerfile',
  secrets: new Map([['dotenv', '/s/dotenv']]),
  buildArguments: { A: '1' },
  inherited: ['https_proxy'],
  network: 'host',
  useCache: false,
};
const SHARED = [
  ...['--file', '/c/Dockerfile', '--tag', 'p-api:1', '--network', 'host', '--no-cache'],
  ...['--secret', 'id=dotenv,src=/s/dotenv', '--build-arg', 'A=1', '--build-arg', 'https_proxy', '/c'],
];

test('docker builds with progress that can be read', () => {
  assert.equal(buildArguments('docker', request), ['build', '--progress', 'plain', ...SHARED]);
});

test('podman builds images that have a health check, with a time of their own', () => {
  const own = ['--format', 'docker', '--layers', '--timestamp', '946684800'];
  assert.equal(buildArguments('podman', request), ['build', ...own, ...SHARED]);
});

test('what was not asked for is not on the command line', () => {
  const plain = { ...request, secrets: new Map(), buildArguments: {}, inherited: [], network: null, useCache: true };
  assert.equal(buildArguments('docker', plain).slice(3), ['--file', '/c/Dockerfile', '--tag', 'p-api:1', '/c']);
});

test('podman asks for a digest, and speaks without encryption to this machine only', () => {
  assert.equal(pushArguments('docker', 'host/p:1', '/f'), ['push', 'host/p:1']);
  assert.equal(pushArguments('podman', 'host/p:1', '/f'), ['push', '--digestfile', '/f/digest', 'host/p:1']);
  for (const host of ['localhost:5000', '127.0.0.1:5000', '[::1]:5000'])
    assert.is(pushArguments('podman', `${host}/p:1`, '/f')[1], '--tls-verify=false');
});

test.run();
