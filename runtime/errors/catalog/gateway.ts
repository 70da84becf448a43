import { defineError } from '../entry.ts';

export const gatewayErrors = {
  PONS_ERR_HTTP_PORT_TAKEN: defineError({
    fault: 'user',
    status: 500,
    message: ({ host, port }: { host: string; port: number }) =>
      `Cannot listen on ${host}:${port}: another program already does.`,
    fix: 'Stop the other program, or choose another port with --port.',
  }),
  PONS_ERR_HTTP_PORT_FORBIDDEN: defineError({
    fault: 'user',
    status: 500,
    message: ({ host, port }: { host: string; port: number }) =>
      `Cannot listen on ${host}:${port}: this user has no permission to.`,
    fix: 'Choose a port from 1024 on with --port, or allow this user to bind low ports.',
  }),
  PONS_ERR_HTTP_PORT_INVALID: defineError({
    fault: 'user',
    status: 500,
    message: ({ port }: { port: number }) => `${port} is no port: a whole number from 0 to 65535 was expected.`,
    fix: 'Give a port from 1 to 65535 with --port, or 0 for any free one.',
  }),
  PONS_ERR_HTTP_HOST_UNKNOWN: defineError({
    fault: 'user',
    status: 500,
    message: ({ host, port }: { host: string; port: number }) =>
      `Cannot listen on ${host}:${port}: "${host}" is no name or address of this machine.`,
    fix: 'Give --host an address of this machine: 127.0.0.1 or ::1 for this machine only, 0.0.0.0 or :: for all networks.',
  }),
  PONS_ERR_HTTP_LISTEN_FAILED: defineError({
    fault: 'system',
    status: 500,
    message: ({ host, port, reason }: { host: string; port: number; reason: string }) =>
      `Cannot listen on ${host}:${port}: ${reason}.`,
    fix: 'Choose another address with --host and --port.',
  }),
  PONS_ERR_HTTP_ROUTE_UNKNOWN: defineError({
    fault: 'user',
    status: 404,
    message: ({ method, path, endpoints }: { method: string; path: string; endpoints: readonly string[] }) =>
      `There is nothing at ${method} ${path}; the APIs here are at ${endpoints.join(', ')}.`,
    fix: 'Submit with POST to the endpoint of an API; GET / lists them.',
  }),
  PONS_ERR_HTTP_NO_REQUESTS: defineError({
    fault: 'user',
    status: 404,
    message: ({ method, path }: { method: string; path: string }) =>
      `There is nothing at ${method} ${path}: this process only runs predictors (--role predictors) and takes no requests for them.`,
    fix: 'Send it to a gateway of the same Redis: a Pons that was started with --role gateway, or without --role.',
  }),
  PONS_ERR_HTTP_METHOD_NOT_ALLOWED: defineError({
    fault: 'user',
    status: 405,
    message: ({ method, path, allowed }: { method: string; path: string; allowed: readonly string[] }) =>
      `${method} is not possible at ${path}; allowed are ${allowed.join(', ')}.`,
    fix: 'Use one of the allowed methods.',
  }),
  PONS_ERR_HTTP_API_UNKNOWN: defineError({
    fault: 'user',
    status: 404,
    message: ({ name, known }: { name: string; known: readonly string[] }) =>
      `There is no API "${name}"; the APIs are ${known.join(', ') || '(none)'}.`,
    fix: 'Use the name of an API as it is in the configuration file.',
  }),
  PONS_ERR_HTTP_WORKLOAD_UNKNOWN: defineError({
    fault: 'user',
    status: 404,
    message: ({ api, id }: { api: string; id: string }) => `API "${api}" has no workload "${id}".`,
    fix: 'Use the id that the POST answered with, at the endpoint that it was sent to.',
  }),
  PONS_ERR_HTTP_WORKLOAD_ENDED: defineError({
    fault: 'user',
    status: 409,
    message: ({ id, status }: { id: string; status: string }) =>
      `Workload "${id}" has already ended as ${status}, so it cannot be cancelled.`,
    fix: 'Fetch it with GET to see how it ended.',
  }),
  PONS_ERR_HTTP_ID_CONFLICT: defineError({
    fault: 'user',
    status: 409,
    message: ({ api, id }: { api: string; id: string }) =>
      `API "${api}" already has a workload "${id}" with another body.`,
    fix: 'Send another x-request-id, or the same body as before.',
  }),
  PONS_ERR_HTTP_ID_INVALID: defineError({
    fault: 'user',
    status: 400,
    message: ({ got }: { got: string }) =>
      `The header x-request-id must be one value of 1 to 128 characters of A-Za-z0-9._:- but is "${got}".`,
    fix: 'Change the x-request-id, or leave it out to get an id made.',
  }),
  PONS_ERR_HTTP_CONTENT_TYPE_MISSING: defineError({
    fault: 'user',
    status: 400,
    message: () => 'The request has no Content-Type header, which says how the body is given to the predictor.',
    fix: 'Send Content-Type: application/json, text/plain, or another type to pass the body on as bytes.',
  }),
  PONS_ERR_HTTP_BODY_TOO_LARGE: defineError({
    fault: 'user',
    status: 413,
    message: ({ limitBytes }: { limitBytes: number }) => `The body is larger than the limit of ${limitBytes} bytes.`,
    fix: 'Send a smaller body, for instance a reference to the data instead of the data.',
  }),
  PONS_ERR_HTTP_BODY_CUT: defineError({
    fault: 'user',
    status: 400,
    message: () => 'The connection ended before the body was complete.',
    fix: 'Send the request again.',
  }),
  PONS_ERR_HTTP_QUEUE_FULL: defineError({
    fault: 'user',
    status: 503,
    message: ({ api, limit }: { api: string; limit: number }) =>
      `API "${api}" has as many workloads in flight as it may (${limit}, from autoscaling.max_replica_concurrency).`,
    fix: 'Send the request again after the time in the Retry-After header.',
  }),
  PONS_ERR_HTTP_HOST_FOREIGN: defineError({
    fault: 'user',
    status: 403,
    message: ({ host }: { host: string }) =>
      `The request names the host "${host}", but only this machine's own names are answered here.`,
    fix: 'Use http://127.0.0.1 or http://localhost, or start Pons with --allow-host NAME for each further name.',
  }),
  PONS_ERR_HTTP_ORIGIN_FOREIGN: defineError({
    fault: 'user',
    status: 403,
    message: ({ origin }: { origin: string }) =>
      `The request comes from a web page of "${origin}", and only pages of this machine may send requests here.`,
    fix: "Start Pons with --allow-host NAME, where NAME is the host name of the page's address.",
  }),
  PONS_ERR_HTTP_HOST_MISSING: defineError({
    fault: 'user',
    status: 400,
    message: () => 'The request has no Host header, which HTTP/1.1 requires.',
    fix: 'Send a Host header.',
  }),
  PONS_ERR_HTTP_URL_INVALID: defineError({
    fault: 'user',
    status: 400,
    message: () => 'The path of the URL is not valid: a "%" must begin the code of a UTF-8 character.',
    fix: 'Correct the percent-encoding of the URL.',
  }),
  PONS_ERR_HTTP_MALFORMED: defineError({
    fault: 'user',
    status: 400,
    message: ({ reason }: { reason: string }) => `The request is not valid HTTP: ${reason}.`,
    fix: 'Correct the request.',
  }),
  PONS_ERR_HTTP_HEADERS_TOO_LARGE: defineError({
    fault: 'user',
    status: 431,
    message: ({ limitBytes }: { limitBytes: number }) =>
      `The URL and the headers of the request together are larger than the limit of ${limitBytes} bytes.`,
    fix: 'Send less in the URL and the headers; data belongs in the body.',
  }),
  PONS_ERR_HTTP_REQUEST_TIMEOUT: defineError({
    fault: 'user',
    status: 408,
    message: () => 'The request did not arrive whole in the time that it has.',
    fix: 'Send the request again, faster or with a smaller body.',
  }),
  PONS_ERR_HTTP_EXPECTATION_FAILED: defineError({
    fault: 'user',
    status: 417,
    message: ({ got }: { got: string }) => `The header Expect must be "100-continue" but is "${got}".`,
    fix: 'Leave the Expect header out.',
  }),
  PONS_ERR_HTTP_INTERNAL: defineError({
    fault: 'system',
    status: 500,
    message: () => 'The request failed because of a fault in Pons; its log has the cause.',
    fix: 'Send the request again, and report the log line if that does not help.',
  }),
};
