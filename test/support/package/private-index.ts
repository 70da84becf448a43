import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeTempDir } from '../temp-dir.ts';
import { writeWheel } from './wheel.ts';

/** A package index on loopback with one package, for those who know its password. */
export interface PrivateIndex {
  /** With user and password. */
  readonly url: string;
  close(): void;
}

/** Serves `name` 1.0; whoever shows no password gets 401. */
export async function startPrivateIndex(name: string, password: string): Promise<PrivateIndex> {
  const folder = makeTempDir();
  const wheel = writeWheel(folder, name, '1.0');
  const expected = `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="packages"' }).end();
    } else if (request.url?.endsWith('.whl') === true) {
      response.end(readFileSync(join(folder, wheel)));
    } else if (request.url === `/simple/${name.replaceAll('_', '-')}/`) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="/${wheel}">${wheel}</a>`);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://reader:${password}@127.0.0.1:${port}/simple`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
