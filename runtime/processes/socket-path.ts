/** Without the zero at its end, on macOS; Linux has 107. Source: unix(4), sun_path */
const MAX_BYTES = 103;

/** Whether a Unix socket can have this path. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_BYTES;
}
