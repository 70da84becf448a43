import { closeSync, openSync, readSync } from 'node:fs';
import { integer, nest, nestHead } from '../protobuf/writer.ts';
import { LoadError } from './load-error.ts';
import { FLOAT32 } from './element-types.ts';
import type { ModelScan } from './scan.ts';

/** Bytes of the file, or others in their place. */
type Piece = { readonly start: number; readonly end: number } | Buffer;

/**
 * The model without its ZipMap nodes, and with what they would have read in place of what they would have made: onnxruntime-node refuses a
 * model that answers with anything but tensors. Throws an error of `fs`, `LoadError` with `UNREADABLE`, or a RangeError where there is no room for a copy of the file.
 */
export function withoutZipMaps(path: string, scan: ModelScan): Buffer {
  const { graph, zipMaps } = scan;
  const made = new Set(zipMaps.map((zipMap) => zipMap.output));
  const dropped = scan.outputs.filter((output) => made.has(output.name));
  const kept = new Set(scan.outputs.map((output) => output.name).filter((name) => !made.has(name)));
  const added = [...new Set(zipMaps.map((zipMap) => zipMap.input))].filter((name) => !kept.has(name));
  const cuts = [...zipMaps, ...dropped].map(({ field }) => field).sort((a, b) => a.at - b.at);
  const pieces: Piece[] = [];
  let at = graph.start;
  for (const cut of cuts) {
    pieces.push({ start: at, end: cut.at });
    at = cut.end;
  }
  pieces.push({ start: at, end: graph.end }, ...added.map(declareMatrix));
  const head = nestHead(7, total(pieces));
  return join(path, [{ start: 0, end: graph.at }, head, ...pieces, { start: graph.end, end: scan.fileBytes }]);
}

/** A float32 output whose shape is left to be inferred: `GraphProto` output = 12, of `ValueInfoProto`, `TypeProto` and `TypeProto.Tensor`. */
function declareMatrix(name: string): Buffer {
  const type = nest(2, nest(1, integer(1, FLOAT32)));
  return nest(12, Buffer.concat([nest(1, Buffer.from(name)), type]));
}

function length(piece: Piece): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start;
}

function total(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + length(piece), 0);
}

/** One buffer of all pieces, so that a large model is in memory once. */
function join(path: string, pieces: readonly Piece[]): Buffer {
  const model = Buffer.alloc(total(pieces));
  const file = openSync(path, 'r');
  try {
    let at = 0;
    for (const piece of pieces) {
      if (Buffer.isBuffer(piece)) piece.copy(model, at);
      else assertWhole(readSync(file, model, at, length(piece), piece.start), piece);
      at += length(piece);
    }
    return model;
  } finally {
    closeSync(file);
  }
}

/** Throws `LoadError` with `UNREADABLE` where the file has become shorter since it was looked at. */
function assertWhole(read: number, piece: Piece): void {
  if (read < length(piece)) throw new LoadError('UNREADABLE', 'they are being changed');
}
