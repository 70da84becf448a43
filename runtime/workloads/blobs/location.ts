import { randomUUID } from 'node:crypto';
import { KnownError } from '../../errors/known-error.ts';

/** A place for large bodies in a bucket. */
export interface BlobLocation {
  readonly bucket: string;
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** What all references begin with: `s3://bucket/prefix/`. */
  readonly base: string;
  /** For people: as it was given. */
  readonly shown: string;
}

const SCHEME = 's3://';
/** Source: S3's rules for names of buckets, with the upper case and underscores that older ones and other servers have. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
/** Characters that S3's documentation calls safe in keys. */
const SEGMENT = /^[A-Za-z0-9!_.*'()=+@-]+$/;
/** What is left of the 1024 bytes of a key for an API, an id and a part of our own is ample. */
const MAX_PREFIX = 512;

/** Reads `s3://bucket[/prefix]`. Throws `PONS_ERR_PAYLOADS_URL`, which does not show what was given. */
export function parsePayloadsUrl(text: string): BlobLocation {
  if (!text.startsWith(SCHEME)) throw wrong('it does not begin with s3://');
  const [bucket = '', ...rest] = text.slice(SCHEME.length).replace(/\/+$/, '').split('/');
  if (!BUCKET.test(bucket)) throw wrong('what follows s3:// is not the name of a bucket');
  for (const segment of rest) {
    if (segment === '' || segment === '.' || segment === '..') throw wrong('a part of its prefix is empty, . or ..');
    if (!SEGMENT.test(segment)) throw wrong('its prefix has characters that are not safe in keys of S3');
  }
  const prefix = rest.map((segment) => `${segment}/`).join('');
  if (prefix.length > MAX_PREFIX) throw wrong(`its prefix has more than ${MAX_PREFIX} characters`);
  const base = `${SCHEME}${bucket}/${prefix}`;
  return { bucket, prefix, base, shown: base.slice(0, -1) };
}

/**
 * A reference for a new body: `s3://bucket/prefix/API/ID.UUID.SHA256`. Nobody can guess it, and no earlier body of the same id has it. Each part of its own
 * that a client names is in one segment with something that it does not name, so that it can be neither empty nor `..`. It says what the body is: whoever
 * writes to the bucket cannot change that.
 * @param sha256 of the body, in hexadecimal
 */
export function newReference({ base }: BlobLocation, api: string, id: string, sha256: string): string {
  return `${base}${harmless(api)}/${harmless(id)}.${randomUUID()}.${sha256}`;
}

/** A reference for an object by which an API knows that this is its place: `s3://bucket/prefix/marks/API.UUID`. */
export function newMark(location: BlobLocation, api: string): string {
  return `${marksOf(location)}${harmless(api)}.${randomUUID()}`;
}

/** Whether it marks this very place. */
export function isMarkIn(location: BlobLocation, mark: string): boolean {
  return mark.startsWith(marksOf(location));
}

/** The SHA-256 of the body under a key, in hexadecimal. */
export function sha256Of(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** The key of a reference in its bucket; null where it lies in another place. */
export function keyOf({ base, prefix }: BlobLocation, reference: string): string | null {
  return reference.startsWith(base) ? prefix + reference.slice(base.length) : null;
}

/** Whether a place of a body is in a bucket. */
export function isReference(place: string): boolean {
  return place.startsWith(SCHEME);
}

function marksOf({ base }: BlobLocation): string {
  return `${base}marks/`;
}

function harmless(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_');
}

function wrong(reason: string): KnownError {
  return KnownError.of('PONS_ERR_PAYLOADS_URL', { reason });
}
