const BLOCK_BYTES = 512;
/** The time that whatever a build makes is given; before 1980, a file could not be put into a zip archive. */
export const EPOCH_SECONDS = 946_684_800;
const SPACES = ' '.repeat(8);

/** An archive of empty files, and of folders, whose paths end in a slash; all are root's. Source: POSIX, ustar. */
export function tarOf(paths: readonly string[]): Buffer {
  return Buffer.concat([...paths.map(header), Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(path: string): Buffer {
  const isFolder = path.endsWith('/');
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write(octal(isFolder ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(0, 12), 124);
  block.write(octal(EPOCH_SECONDS, 12), 136);
  block.write(SPACES, 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\0' + '00', 257);
  // Of all bytes, its own field taken for spaces.
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0`,
    148,
  );
  return block;
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}
