/** Memory that holds these bytes and no others: a body's own, where it has it to itself, so that tensors lie in it where they are counted from. */
export function ownMemory({ buffer, byteOffset, length }: Buffer): ArrayBuffer {
  if (length === buffer.byteLength && buffer instanceof ArrayBuffer) return buffer;
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}
