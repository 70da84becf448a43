import type { Packet } from '../../bridge/node/connection.ts';

/** An answer whose body is the JSON text of `value`: a header has no room for all that a model may be described by, such as each label of a classifier. */
export function inBody(value: object): Packet {
  return { value: null, body: Buffer.from(JSON.stringify(value)) };
}
