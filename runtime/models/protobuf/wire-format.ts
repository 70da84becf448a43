/** How the content of a field is told to end. Source: https://protobuf.dev/programming-guides/encoding/ */
export const wireTypes = { VARINT: 0, FIXED64: 1, BYTES: 2, FIXED32: 5 } as const;

/** Bytes of the longest number, one of 64 bits. */
export const MAX_VARINT_BYTES = 10;
