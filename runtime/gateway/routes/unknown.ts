import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { KnownError } from '../../errors/known-error.ts';
import { pathOf, type RouteTable } from '../route-table.ts';

/** Answers what no route has taken, requests of other methods among it. */
export function addUnknownRoute(app: FastifyInstance, table: RouteTable): void {
  app.setNotFoundHandler((request, reply) => refuseUnknown(table, request, reply));
}

/**
 * Throws `PONS_ERR_HTTP_METHOD_NOT_ALLOWED` where another method is possible at the path, `PONS_ERR_HTTP_NO_REQUESTS` where no API takes any here, else
 * `PONS_ERR_HTTP_ROUTE_UNKNOWN`.
 */
export function refuseUnknown(table: RouteTable, request: FastifyRequest, reply: FastifyReply): never {
  const { method } = request;
  const path = pathOf(request.raw.url ?? '/');
  const allowed = allowedMethods(table, request, path);
  if (allowed.length > 0) {
    void reply.header('allow', allowed.join(', '));
    throw KnownError.of('PONS_ERR_HTTP_METHOD_NOT_ALLOWED', { method, path: path.slice(0, 200), allowed });
  }
  if (table.endpoints.length === 0) {
    throw KnownError.of('PONS_ERR_HTTP_NO_REQUESTS', { method, path: path.slice(0, 200) });
  }
  const endpoints = table.endpoints.slice(0, 20);
  throw KnownError.of('PONS_ERR_HTTP_ROUTE_UNKNOWN', { method, path: path.slice(0, 200), endpoints });
}

function allowedMethods(table: RouteTable, request: FastifyRequest, path: string): string[] {
  const destination = table.find(path);
  if (destination?.id === null) return ['POST', 'GET', 'HEAD'];
  if (request.server.hasRoute({ method: 'GET', url: path })) return ['GET', 'HEAD'];
  return destination === null ? [] : ['GET', 'HEAD', 'DELETE'];
}
