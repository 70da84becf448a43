import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { KnownError } from '../errors/known-error.ts';
import type { Logger } from '../log/logger.ts';
import { answerClientError } from './client-error.ts';
import { cutUnusedOnClose } from './close.ts';
import { answerError } from './error-handler.ts';
import { assertHostAllowed, type HostRule } from './host-guard.ts';
import type { HttpLimits } from './limits.ts';

/** A server without routes: limits, the guard against foreign names (asked anew for each request), every error as JSON. */
export function buildApp(limits: HttpLimits, logger: Logger, hostRule: () => HostRule): FastifyInstance {
  const latest = new WeakMap<Socket, IncomingMessage>();
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
      answerClientError(error, socket, limits.headerBytes, latest.get(socket)?.complete === false);
    },
  });
  app.server.maxConnections = limits.maxConnections;
  // A client may end its side once the request is sent, and read on: without this, Node drops the answer. Its types do not know the field.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  app.server.on('request', (request: IncomingMessage) => {
    latest.set(request.socket, request);
  });

  app.addHook('onRequest', (request, _reply, done) => {
    assertHostAllowed(hostRule(), request);
    done();
  });
  app.setErrorHandler((error, request, reply) => {
    answerError(logger, limits.drainMs, error, request, reply);
  });
  cutUnusedOnClose(app);
  leaveBodiesToTheStore(app);
  answerExpectations(app);
  return app;
}

/** Hands every body on as the stream that it is. */
function leaveBodiesToTheStore(app: FastifyInstance): void {
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
