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

/** The body that holds the tensors, with something else than zeros between them. */
export function writeBody(filled: readonly FilledTensor[]): Buffer {
  const parts: Buffer[] = [];
  for (const { content } of filled) {
    const last = parts.at(-1);
    if (last !== undefined) parts.push(Buffer.alloc(-last.length & (ALIGNMENT - 1), 0xee));
    parts.push(content);
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
