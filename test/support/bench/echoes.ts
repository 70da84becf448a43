import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startPredictor } from '../predictor-process.ts';
import { defaultPython } from '../pythons.ts';

/** A Python process that answers: JSON as it came, of bytes the size. Both are parsed and written once on its side. */
export interface Echo {
  call(body: Buffer): Promise<Uint8Array | string>;
  end(): Promise<void>;
}

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/bench/${name}`, import.meta.url));
const PREDICTOR = fixture('echo_predictor.py');
const PREFIX_BYTES = 8;
const BARE_HEADER_BYTES = 40;
const JSON_BEGINS = '{'.charCodeAt(0);

/** `predict` in a predictor process. */
export async function startBridge(): Promise<Echo> {
  const started = await startPredictor({ files: { 'predictor.py': readFileSync(PREDICTOR, 'utf8') } });
  await started.process.ready;
  let id = 0;
  return {
    call: async (body) => {
      const contentType = body[0] === JSON_BEGINS ? 'application/json' : 'application/octet-stream';
      const outcome = await started.process.predict({ id: String((id += 1)), contentType, payload: body });
      if (outcome.kind !== 'completed') throw new Error(`the call was ${outcome.kind}`);
      return outcome.result;
    },
    end: () => started.end(),
  };
}

/**
 * Frames with a header that says nothing, echoed by a blocking loop in Python's main thread. It has a framing of its own, so that it stays the same
 * whatever becomes of the bridge's.
 */
export function startBareFrames(): Echo {
  const child = spawn(defaultPython.executable, ['-u', fixture('bare_echo.py')], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const down = child.stdio[3] as Writable;
  const waiting: ((body: Buffer) => void)[] = [];
  let arrived: Buffer = Buffer.alloc(0);
  (child.stdio[4] as Readable).on('data', (chunk: Buffer) => {
    arrived = arrived.length === 0 ? chunk : Buffer.concat([arrived, chunk]);
    while (arrived.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + BARE_HEADER_BYTES + arrived.readUInt32BE(4);
      if (arrived.length < end) return;
      waiting.shift()?.(arrived.subarray(PREFIX_BYTES + BARE_HEADER_BYTES, end));
      arrived = arrived.subarray(end);
    }
  });
  return {
    call: (body) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        const head = Buffer.alloc(PREFIX_BYTES + BARE_HEADER_BYTES, 'x');
        head.writeUInt32BE(BARE_HEADER_BYTES, 0);
        head.writeUInt32BE(body.length, 4);
        down.cork();
        down.write(head);
        down.write(body);
        down.uncork();
      }),
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** JSON objects, one a line on stdin and stdout, bytes in base64. */
export function startBase64Lines(): Echo {
  const child = spawn(defaultPython.executable, [fixture('base64_lines.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, (line: string) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id } = JSON.parse(line) as { id: number };
    waiting.get(id)?.(line);
    waiting.delete(id);
  });
  let id = 0;
  return {
    call: (body) =>
      new Promise((resolve) => {
        waiting.set((id += 1), resolve);
        child.stdin.write(`${JSON.stringify({ id, payload: body.toString('base64') })}\n`);
      }),
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
