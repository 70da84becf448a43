import { connect, type Socket } from 'node:net';
import { deadline } from '../../support/deadline.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are, and resolves to the first answer (100 Continue aside) once the server has closed the connection. */
export async function exchange(port: number, text: string, host = '127.0.0.1'): Promise<RawAnswer> {
  const socket = connect(port, host);
  socket.write(text);
  return readAnswer(socket);
}

export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  try {
    return await deadline(30_000, firstAnswer(socket), 'an answer');
  } finally {
    socket.destroy();
  }
}

function firstAnswer(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      const answer = parse(received.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''));
      if (answer !== null) resolve(answer);
    });
    socket.on('error', reject);
    socket.on('end', () => {
      reject(new Error(`the connection ended after ${JSON.stringify(received)}`));
    });
  });
}

function parse(text: string): RawAnswer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = text.slice(end + 4);
  if (body.length < Number(headers['content-length'] ?? 0)) return null;
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

/** The code of an error answer; throws unless it has a message and a fix and no more. */
export function codeOf(body: string): string {
  const { error, ...others } = JSON.parse(body) as { error: Record<string, string> };
  const { code = '', message = '', fix = '', ...more } = error;
  const isComplete = message !== '' && fix !== '' && Object.keys({ ...others, ...more }).length === 0;
  if (!isComplete || /\n {4}at |node_modules|\.ts\b/.test(body)) throw new Error(`not an error of the table: ${body}`);
  return code;
}
