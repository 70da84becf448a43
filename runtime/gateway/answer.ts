import type { FastifyReply } from 'fastify';

/** Declares the answer to be JSON, and gives the bytes for the handler to return. */
export function jsonAnswer(reply: FastifyReply, text: string): Buffer {
  void reply.header('content-type', 'application/json');
  // As bytes: fastify would add a charset to a string's type, which JSON does not have.
  return Buffer.from(text);
}
