import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry of npm on loopback, for those who know its password. */
export interface NpmMirror {
  /** With user and password. */
  readonly url: string;
  close(): void;
}

/** Gives what the usual registry has; whoever shows no password gets 401. */
export async function startNpmMirror(password: string): Promise<NpmMirror> {
  const origin = process.env['NPM_CONFIG_REGISTRY'] ?? 'https://registry.npmjs.org/';
  const expected = `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="npm"' }).end();
      return;
    }
    fetch(new URL(`.${request.url ?? '/'}`, origin)).then(
      async (answer) => {
        const type = answer.headers.get('content-type') ?? 'application/octet-stream';
        response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
      },
      () => response.writeHead(502).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://reader:${password}@127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
