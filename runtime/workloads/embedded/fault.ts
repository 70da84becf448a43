import type { workloadErrors } from '../../errors/catalog/workload.ts';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import { freeBytesAt } from '../../state/free-bytes.ts';

type FaultCode = keyof typeof workloadErrors;
type FaultFacts<C extends FaultCode> = Parameters<(typeof workloadErrors)[C]['message']>[0];

/** A row of the error table and its facts, in a form that crosses from the store's thread. */
export type Fault = { [C in FaultCode]: { readonly code: C; readonly facts: FaultFacts<C> } }[FaultCode];

/** Thrown inside the store's thread where the cause is known. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

interface SystemError {
  readonly code?: string;
  /** SQLite's result code, whose lowest byte is the primary one. */
  readonly sqliteCode?: number;
  readonly message: string;
}

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
/** What SQLite says of damage: an error that comes while a statement is prepared has no result code. Source: sqlite3ErrStr */
const DAMAGE = /database disk image is malformed|file is not a database/;
/** Less than this was never enough to open a store: 64 KB were, and other file systems may take more. */
const OPENING_TAKES_BYTES = 128 * 1024;

export function isBusy(error: unknown): boolean {
  return primaryCodeOf(error) === SQLITE_BUSY;
}

/** Whether the operation itself is to blame, rather than the disk below the store. */
export function isFaultOfOneOperation(error: unknown): boolean {
  return error instanceof FaultError || (error as SystemError).sqliteCode === undefined;
}

/** Names what went wrong with `path` (the database or a body's file). */
export function faultOf(error: unknown, path: string): Fault {
  if (error instanceof FaultError) return error.fault;
  const { code, message } = error as SystemError;
  const sqliteCode = primaryCodeOf(error);
  const isFull =
    sqliteCode === SQLITE_FULL || (isOfDisk(sqliteCode) && (freeBytesAt(path) ?? Infinity) < OPENING_TAKES_BYTES);
  if (isFull || code === 'ENOSPC' || code === 'EDQUOT') {
    return { code: 'PONS_ERR_STORE_FULL', facts: { path, freeBytes: freeBytesAt(path) } };
  }
  if (sqliteCode === SQLITE_CORRUPT || sqliteCode === SQLITE_NOTADB || DAMAGE.test(message)) {
    return { code: 'PONS_ERR_STORE_CORRUPT', facts: { path, reason: message } };
  }
  return { code: 'PONS_ERR_STORE_IO', facts: { path, reason: message } };
}

function primaryCodeOf(error: unknown): number | undefined {
  const { sqliteCode } = error as SystemError;
  return sqliteCode === undefined ? undefined : sqliteCode & 0xff;
}

/** Without room for its log SQLite speaks of an I/O error, not of a full disk. */
function isOfDisk(sqliteCode: number | undefined): boolean {
  return sqliteCode === SQLITE_IOERR || sqliteCode === SQLITE_CANTOPEN;
}

/** The error of the table that `fault` stands for. */
export function knownErrorOf(fault: Fault, cause?: unknown): KnownError {
  return KnownError.of(fault.code, fault.facts, cause);
}

/** What keeps the store from being opened: no request waits for room on the disk, and nothing goes on by itself. */
export function openingErrorOf(fault: Fault): KnownError {
  return fault.code === 'PONS_ERR_STORE_FULL'
    ? KnownError.of('PONS_ERR_STATE_DISK_FULL', fault.facts)
    : knownErrorOf(fault);
}

/** A record may be durable though its commit was reported to have failed: then its file must stay, and is swept at the next start if nothing needs it. */
export function isNothingStored(error: unknown): boolean {
  return isKnownError(error) && (error.code === 'PONS_ERR_STORE_FULL' || error.code === 'PONS_ERR_STORE_CLOSED');
}
