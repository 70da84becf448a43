/** Copying up to this many bytes costs less than handing memory over. */
const COPIED_BYTES = 4 * 1024;

/** Memory that holds these bytes and no others; a large body's own, where it has it to itself. */
export function ownMemory(body: Buffer): ArrayBuffer {
  const { buffer, byteOffset, length } = body;
  if (length > COPIED_BYTES && length === buffer.byteLength && buffer instanceof ArrayBuffer) return buffer;
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}
