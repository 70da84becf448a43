import type { Tensor } from '../../../bridge/node/tensors.ts';

/** A tensor with its bytes. */
export interface FilledTensor {
  readonly tensor: Tensor;
  readonly content: Buffer;
}

const ALIGNMENT = 8;

/** Cuts a body into the bytes of its tensors. Throws where it does not end with the last one. */
export function readBody(tensors: readonly Tensor[], body: Buffer): FilledTensor[] {
  let end = 0;
  const filled = tensors.map((tensor) => {
    const begin = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = begin + tensor.bytes;
    return { tensor, content: body.subarray(begin, end) };
  });
  if (end !== body.length) throw new Error(`a body of ${body.length} bytes for tensors that end at ${end}`);
  return filled;
}

/** The body that holds the tensors, with something else than zeros between them, and with nothing behind the last byte of any of them. */
export function writeBody(filled: readonly FilledTensor[]): Buffer {
  const [only] = filled;
  if (filled.length === 1 && only !== undefined) return only.content;
  const parts: Buffer[] = [];
  let end = 0;
  for (const { content } of filled) {
    if (content.length === 0) continue;
    const gap = -end & (ALIGNMENT - 1);
    parts.push(Buffer.alloc(gap, 0xee), content);
    end += gap + content.length;
  }
  return Buffer.concat(parts);
}
