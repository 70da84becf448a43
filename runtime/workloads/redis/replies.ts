import type { Reply } from './client.ts';

/** Reads the parts of a reply; what has another form than the function's header says is a fault of ours. */
export function listIn(reply: Reply | undefined): readonly Reply[] {
  if (!Array.isArray(reply)) throw unexpected(reply);
  return reply as readonly Reply[];
}

export function bytesIn(reply: Reply | undefined): Buffer {
  if (!Buffer.isBuffer(reply)) throw unexpected(reply);
  return reply;
}

export function textIn(reply: Reply | undefined): string {
  return bytesIn(reply).toString();
}

/** An integer, or the text of one. */
export function numberIn(reply: Reply | undefined): number {
  const number = typeof reply === 'number' ? reply : Number(textIn(reply));
  if (!Number.isFinite(number)) throw unexpected(reply);
  return number;
}

function unexpected(reply: Reply | undefined): Error {
  return new Error(`Redis answered what no function answers: ${String(reply)}`);
}
