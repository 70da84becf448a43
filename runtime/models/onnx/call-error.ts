import type { CallErrorCode } from './exchange.ts';

/** What an order to a model process ends with instead of its result; what `message` is depends on the code, see `CallErrorCode`. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: CallErrorCode;

  constructor(code: CallErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

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
