import type { ElementType, Tensor } from '../../../bridge/node/tensors.ts';

/** Tensors one after the other: name, type, rank, sizes, bytes. To clone objects for another process costs a quarter of a small call. */
export type FlatTensors = readonly (string | number)[];

export function flattenTensors(tensors: readonly Tensor[]): FlatTensors {
  const flat: (string | number)[] = [];
  for (const { name, type, shape, bytes } of tensors) {
    flat.push(name, type, shape.length);
    // One by one, as more than fit on the stack may have been sent.
    for (const size of shape) flat.push(size);
    flat.push(bytes);
  }
  return flat;
}

export function unflattenTensors(flat: FlatTensors): Tensor[] {
  const tensors: Tensor[] = [];
  let at = 0;
  while (at < flat.length) {
    const shapeAt = at + 3;
    const bytesAt = shapeAt + (flat[at + 2] as number);
    tensors.push({
      name: flat[at] as string,
      type: flat[at + 1] as ElementType,
      shape: flat.slice(shapeAt, bytesAt) as number[],
      bytes: flat[bytesAt] as number,
    });
    at = bytesAt + 1;
  }
  return tensors;
}
