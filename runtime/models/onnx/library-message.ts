/** The library's words on one line, without the places in its source. */
export function libraryMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^Load model from .*? failed:/, '')
    .replace(/\/\S+\.(?:cc|h):\d+ /g, '')
    .replace(/(?:\w+ )?onnxruntime::[\w:{}]+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)(?: const)? /g, '')
    .replace(/\s+/g, ' ')
    .replace(/[. ]+$/, '')
    .trim();
}
