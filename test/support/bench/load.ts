import { HttpConnection, requestBytes } from './http-connection.ts';

/** 1 KB of JSON, which every workload carries. */
export const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(1000) }));
const CONNECTIONS = 32;

export interface Load {
  readonly perSecond: number;
  /** The bodies of the last answers, at least as many as there are connections. */
  readonly lastBodies: readonly string[];
}

/** POSTs `BODY` `count` times to `url` over 32 kept connections; `onAnswer` is called for each answer. Rejects on any answer but 200. */
export async function postMany(url: string, count: number, onAnswer = (): unknown => undefined): Promise<Load> {
  const target = new URL(url);
  const request = requestBytes(target, BODY);
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(target)));
  const lastBodies: string[] = [];
  let left = count;
  const client = async (connection: HttpConnection): Promise<void> => {
    while (left-- > 0) {
      const { status, body } = await connection.send(request);
      if (status !== 200) throw new Error(`${url} answered ${status} ${body}`);
      onAnswer();
      if (left < 2 * CONNECTIONS) lastBodies.push(body);
    }
  };
  const begin = performance.now();
  try {
    await Promise.all(connections.map(client));
    return { perSecond: (count * 1000) / (performance.now() - begin), lastBodies };
  } finally {
    for (const connection of connections) connection.close();
  }
}
