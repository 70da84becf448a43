import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { KnownError } from '../errors/known-error.ts';
import type { Logger } from '../log/logger.ts';
import { answerClientError, answerOnSocket } from './client-error.ts';
import { cutUnusedOnClose, keepUnreadOnClose, tellClose } from './close.ts';
import { limitConnections } from './connection-limit.ts';
import { answerError } from './error-handler.ts';
import { assertHostAllowed, type HostRule } from './host-guard.ts';
import type { HttpLimits } from './limits.ts';

/** A server without routes: limits, the guard against foreign names (asked anew for each request), every error as JSON. */
export function buildApp(limits: HttpLimits, logger: Logger, hostRule: () => HostRule): FastifyInstance {
  const latest = new WeakMap<Socket, ServerResponse>();
  const app = fastify({
    logger: false,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(60_000, limits.requestTimeoutMs),
      connectionsCheckingInterval: Math.min(10_000, limits.requestTimeoutMs),
      // Node's own answer has no body; the guard's has.
      requireHostHeader: false,
    },
    frameworkErrors: (error, request, reply) => {
      answerError(logger, limits.drainMs, error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, limits.headerBytes, latest.get(socket) ?? null);
    },
  });
  limitConnections(app, limits.maxConnections, logger);
  // A client may end its side once the request is sent, and read on: without this, Node drops the answer. Its types do not know the field.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  // Their size is bounded. Bounded in number, too, those past 2000 would be gone without a word, be it the Content-Type.
  app.server.maxHeadersCount = 0;
  app.server.on('request', (request, response) => {
    latest.set(request.socket, response);
  });
  refuseTunnels(app);

  app.addHook('onRequest', (request, _reply, done) => {
    assertHostAllowed(hostRule(), request);
    done();
  });
  app.setErrorHandler((error, request, reply) => {
    answerError(logger, limits.drainMs, error, request, reply);
  });
  cutUnusedOnClose(app);
  keepUnreadOnClose(app);
  tellClose(app);
  leaveBodiesToTheStore(app);
  answerExpectations(app);
  return app;
}

/** Without this, Node closes the connection of a CONNECT without a word. */
function refuseTunnels(app: FastifyInstance): void {
  const allowed = ['POST', 'GET', 'HEAD', 'DELETE'];
  app.server.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    const facts = { method: 'CONNECT', path: url.slice(0, 200), allowed };
    answerOnSocket(socket, KnownError.of('PONS_ERR_HTTP_METHOD_NOT_ALLOWED', facts), [`Allow: ${allowed.join(', ')}`]);
  });
}

/** What fastify takes for a media type, of those that are mostly sent. */
const PLAIN_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Hands every body on as the stream that it is, whatever its type is called: fastify would refuse what is none. */
function leaveBodiesToTheStore(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const type = request.raw.headers['content-type'];
    // The header itself stays in `raw`.
    if (type !== undefined && !PLAIN_TYPE.test(type)) request.headers = { 'content-type': 'application/octet-stream' };
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
}

/** Without these, Node asks for the body (100 Continue) before anybody has looked at its announced size. */
function answerExpectations(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response) => {
    app.server.emit('request', request, response);
  });
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const { expect } = request.raw.headers;
    if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
      throw KnownError.of('PONS_ERR_HTTP_EXPECTATION_FAILED', { got: expect.slice(0, 200) });
    }
    done();
  });
}
