import { crc32 } from 'node:zlib';

const BEFORE = ',"crc32":"';
/** `,"crc32":"01234567"}` */
const TAIL_BYTES = BEFORE.length + 10;
const TAIL = /^,"crc32":"([0-9a-f]{8})"\}$/;
const LINE_FEED = Buffer.from('\n');

/** How long what each line ends in is, with its line feed. */
export const SEAL_BYTES = BEFORE.length + 11;

/** The checksum that each line of an export ends in: the CRC-32 of all of the file up to the comma before it. */
export class RunningChecksum {
  /** Of all up to here; to be set to what it was where lines are taken back. */
  value = 0;

  /** What a line ends in that begins with `head`, its line feed included: the next line is behind it. */
  seal(head: Uint8Array): Buffer {
    const before = crc32(head, this.value);
    const tail = Buffer.from(`${BEFORE}${hexOf(before)}"}\n`);
    this.value = crc32(tail, before);
    return tail;
  }

  /** Whether a line, without its line feed, ends in the checksum that is due. */
  accepts(line: Buffer): boolean {
    const at = line.byteLength - TAIL_BYTES;
    const found = at < 0 ? undefined : TAIL.exec(line.toString('latin1', at))?.[1];
    if (found === undefined || found !== hexOf(crc32(line.subarray(0, at), this.value))) return false;
    this.value = crc32(LINE_FEED, crc32(line, this.value));
    return true;
  }
}

/** A JSON object that is not empty as a line begins with it. */
export function headOf(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}

function hexOf(value: number): string {
  return value.toString(16).padStart(8, '0');
}
