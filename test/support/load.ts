import { Agent, request } from 'node:http';

/** POSTs the same JSON body `count` times to `url` over `connections` kept connections; resolves to requests/s. Rejects on any answer but 200. */
export async function postMany(url: string, body: Buffer, count: number, connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) await postOnce(agent, url, body);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  return count / seconds;
}

function postOnce(agent: Agent, url: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${String(response.statusCode)}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
