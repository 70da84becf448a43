import { integer, nest } from '../../../runtime/models/protobuf/writer.ts';

/** An ONNX model as bytes: it answers with its input `x`, a row of floats, as a dictionary with a label for each of them. */
export function wideClassifier(labels: readonly string[]): Buffer {
  const x = nest(1, text('x'));
  const plain = Buffer.concat([nest(1, text('x')), nest(2, text('plain')), nest(4, text('Identity'))]);
  const attribute = Buffer.concat([
    nest(1, text('classlabels_strings')),
    ...labels.map((label) => nest(9, text(label))),
    integer(20, 8),
  ]);
  const zipMap = Buffer.concat([
    nest(1, text('plain')),
    nest(2, text('mapped')),
    nest(4, text('ZipMap')),
    nest(5, attribute),
    nest(7, text('ai.onnx.ml')),
  ]);
  const float = integer(1, 1);
  const sizes = nest(2, Buffer.concat([nest(1, integer(1, 1)), nest(1, integer(1, labels.length))]));
  const matrix = nest(2, nest(1, Buffer.concat([float, sizes])));
  const maps = nest(2, nest(4, nest(1, nest(5, Buffer.concat([integer(1, 8), nest(2, nest(1, float))])))));
  const graph = Buffer.concat([
    nest(1, plain),
    nest(1, zipMap),
    nest(2, text('wide')),
    nest(11, Buffer.concat([x, matrix])),
    nest(12, Buffer.concat([nest(1, text('mapped')), maps])),
  ]);
  const learned = nest(8, Buffer.concat([nest(1, text('ai.onnx.ml')), integer(2, 3)]));
  return Buffer.concat([integer(1, 8), nest(7, graph), nest(8, integer(2, 13)), learned]);
}

function text(value: string): Buffer {
  return Buffer.from(value);
}
