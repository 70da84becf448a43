import { isUtf8 } from 'node:buffer';
import { decodeJsonText } from './json-decode.ts';
import { scanJson } from './json-scan.ts';

/**
 * What is wrong with a body that is to be JSON, in the words and positions of Python's `json.loads(bytes)`; null when Python reads
 * it. Python's own limits (digits of an integer, depth of nesting) differ from version to version and are left to the predictor.
 */
export function findJsonProblem(bytes: Uint8Array): string | null {
  if (isPlainJson(bytes)) return null;
  const decoded = decodeJsonText(bytes);
  if (decoded.problem !== null) return decoded.problem;
  const problem = scanJson(decoded.points);
  return problem === null ? null : `${problem.message}: ${placeOf(decoded.points, problem.position)}`;
}

/** JSON as JavaScript knows it, which Python accepts without exception; an invalid byte would become a valid U+FFFD. */
function isPlainJson(bytes: Uint8Array): boolean {
  if (!isUtf8(bytes)) return false;
  try {
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    return true;
  } catch {
    return false;
  }
}

function placeOf(points: Uint32Array, position: number): string {
  let line = 1;
  let lineBegin = 0;
  for (let at = 0; at < position; at += 1) {
    if (points[at] === 0x0a) {
      line += 1;
      lineBegin = at + 1;
    }
  }
  return `line ${line} column ${position - lineBegin + 1} (char ${position})`;
}
