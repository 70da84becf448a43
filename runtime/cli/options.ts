import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { parsePayloadsUrl } from '../workloads/blobs/location.ts';
import { parseRedisUrl } from '../workloads/redis/address.ts';
import { parseServingAddress } from '../models/tensorflow/address.ts';
import { LONGEST_WAIT_HOURS, LONGEST_WAIT_NANOS, nanosToMs, parseDuration } from '../config/duration.ts';
import { parseQuantity, toUnits } from '../config/quantity.ts';

const MAX_PORT = 65_535;

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT)
    throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_PORT}.`);
  return port;
}

const START_TIMEOUT_MS = 600_000;

/** How long the class of a predictor may take to load, in ms. */
export function startTimeoutOption(): Option {
  return new Option('--start-timeout <duration>', 'how long a predictor may take to load')
    .default(START_TIMEOUT_MS, '10m')
    .argParser(parseDurationOption);
}

const MAX_BODY_BYTES = 100 * 1024 * 1024;
/** What one frame to a predictor process can hold. */
const LARGEST_BODY_BYTES = 1024 * 1024 * 1024;

/** The largest body that a request may have, in bytes. */
export function maxBodyOption(): Option {
  return new Option('--max-body <size>', 'largest body that a request may have, such as 500Mi')
    .default(MAX_BODY_BYTES, '100Mi')
    .argParser(parseBodySize);
}

function parseBodySize(text: string): number {
  const quantity = parseQuantity(text);
  const bytes = quantity === null ? 0 : toUnits(quantity);
  if (bytes < 1 || bytes > LARGEST_BODY_BYTES)
    throw new InvalidArgumentError('It must be a size from 1 to 1Gi, such as 500Mi.');
  return bytes;
}

/** A duration above zero that a timer can wait for, in ms. */
export function parseDurationOption(text: string): number {
  const nanos = parseDuration(text);
  if (nanos === null || nanos <= 0n || nanos > LONGEST_WAIT_NANOS)
    throw new InvalidArgumentError(
      `It must be a duration such as 90s, 10m or 1h30m, of at most ${LONGEST_WAIT_HOURS}h.`,
    );
  return nanosToMs(nanos);
}

export function parseStateDir(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a folder.');
  return resolve(text);
}

/** The absolute path of a file. */
export function parseFile(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a file.');
  return resolve(text);
}

/** The names of an option that may be given again and again, each once. */
export function gatherNames(name: string, before: readonly string[]): string[] {
  return before.includes(name) ? [...before] : [...before, name];
}

/** A host name or an address; one of IPv6 also in the brackets that it has in a URL. */
export function parseHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must be an address or a host name, such as 127.0.0.1.');
  const inBrackets = /^\[(.+)\]$/.exec(text)?.[1] ?? '';
  return isIPv6(inBrackets) ? inBrackets : text;
}

export function gatherHosts(name: string, before: readonly string[]): string[] {
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    throw new InvalidArgumentError('It must be a host name, without scheme and port.');
  return [...before, name];
}

/** An option that a variable can give, too. One that is empty is none: that is what Compose's `${NAME:-}` makes of one that is not set. */
function orFromEnvironment(option: Option, name: string): Option {
  return process.env[name] === '' ? option : option.env(name);
}

/** The TensorFlow Serving to use. */
export function tensorflowServingOption(): Option {
  const option = new Option(
    '--tensorflow-serving <host:port>',
    'the TensorFlow Serving that runs the models of tensorflow predictors',
  ).argParser((text) => parseServingAddress(text, '--tensorflow-serving'));
  return orFromEnvironment(option, 'PONS_TENSORFLOW_SERVING');
}

/** The Redis that keeps the workloads. Its password is better off in the environment: everybody on the machine can read a command line. */
export function redisOption(
  description = 'keep workloads in this Redis, which other processes may share; see docs/redis.md',
): Option {
  return orFromEnvironment(new Option('--redis <url>', description).argParser(parseRedisUrl), 'PONS_REDIS_URL');
}

/** Where large bodies are kept beside a Redis. */
export function payloadsOption(): Option {
  const option = new Option(
    '--payloads <s3://bucket/prefix>',
    'with --redis: keep payloads and results above 256 KB in this bucket; see docs/redis.md',
  ).argParser(parsePayloadsUrl);
  return orFromEnvironment(option, 'PONS_PAYLOADS');
}

/** The APIs to serve. */
export function apiOption(): Option {
  return new Option('--api <name>', 'serve this API of the configuration file only (repeatable)').argParser(
    (name: string, before: readonly string[] | undefined) => gatherNames(name, before ?? []),
  );
}

/** How long a stop waits for workloads in flight, in ms. */
export function drainOption(): Option {
  const description =
    'how long a stop waits for workloads in flight, which go back to the queue then (default: until they have ended, in a container 25s)';
  return new Option('--drain <duration>', description).argParser(parseDurationOption);
}

/** What this process does. */
export function roleOption(): Option {
  return new Option('--role <role>', 'with --redis: take requests (gateway), run predictors, or both')
    .choices(['both', 'gateway', 'predictors'])
    .default('both');
}
