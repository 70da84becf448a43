import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { adopt } from './adopt.ts';
import { complete, cancel, fail } from './ends.ts';
import { expire } from './expire.ts';
import { faultOf, isFaultOfOneOperation, type Fault } from './fault.ts';
import { counts, find } from './find.ts';
import { giveBack } from './give-back.ts';
import { lease } from './lease.ts';
import type { Batch, BatchReply, Operation } from './operations.ts';
import type { Ended } from '../end-listeners.ts';
import { page } from './page.ts';
import { SliceWriter } from './slices.ts';
import { submit } from './submit.ts';
import type { Tables } from './tables.ts';

/** Answers past this go with the next transaction: how much of them is in memory at a time must not be up to those who ask. */
const ANSWER_BYTES = 8 * 1024 * 1024;

interface Progress {
  readonly answers: unknown[];
  readonly postponed: Set<number>;
  readonly faults: [position: number, fault: Fault][];
  readonly writer: SliceWriter;
  readonly queued: Set<string>;
  readonly ended: Ended[];
}

/** Runs a batch as one transaction. Operations that cannot be stored get a fault, and nothing of them remains. */
export function runBatch(tables: Tables, batch: Batch, path: string): BatchReply {
  const progress: Progress = {
    answers: [],
    postponed: new Set(),
    faults: [],
    writer: new SliceWriter(),
    queued: new Set(),
    ended: [],
  };
  attempt(
    tables,
    batch,
    batch.operations.map((_operation, position) => position),
    path,
    progress,
  );
  return {
    answers: progress.answers,
    faults: progress.faults,
    postponed: [...progress.postponed].sort((a, b) => a - b),
    bytes: progress.writer.finish(),
    queued: [...progress.queued],
    ended: progress.ended,
  };
}

/**
 * Runs the operations at `positions` in one transaction. When that fails, the ends of workloads must not share the fate of submissions that found the
 * disk full, nor everybody the fate of one operation that is to blame: so a part of them is run again.
 */
function attempt(tables: Tables, batch: Batch, positions: readonly number[], path: string, progress: Progress): void {
  const error = transact(tables, batch, positions, progress);
  if (error === null) return;
  const fault = faultOf(error, path);
  const refused = (position: number): void => {
    progress.faults.push([position, fault]);
  };
  if (positions.length === 1) positions.forEach(refused);
  else if (isFaultOfOneOperation(error)) {
    for (const position of positions) attempt(tables, batch, [position], path, progress);
  } else {
    const isSubmit = (position: number): boolean => batch.operations[position]?.kind === 'submit';
    const others = positions.filter((position) => !isSubmit(position));
    positions.filter((position) => others.length === positions.length || isSubmit(position)).forEach(refused);
    if (others.length > 0 && others.length < positions.length) attempt(tables, batch, others, path, progress);
  }
}

/** Answers what went wrong, after everything was undone; null when the operations are durable. */
function transact(tables: Tables, batch: Batch, positions: readonly number[], progress: Progress): unknown {
  const { writer, postponed } = progress;
  const before = writer.mark();
  try {
    tables.sql('BEGIN').run();
    for (const position of positions) {
      const operation = batch.operations[position];
      if (operation === undefined) continue;
      postponed.delete(position);
      if (writer.length >= ANSWER_BYTES && hasLargeAnswer(operation)) postponed.add(position);
      else progress.answers[position] = run(tables, operation, batch.bytes, writer);
    }
    tables.sql('COMMIT').run();
  } catch (error) {
    undo(tables);
    writer.cutTo(before);
    for (const position of positions) postponed.delete(position);
    return error ?? new Error('an unknown failure');
  }
  for (const api of tables.queued) progress.queued.add(api);
  tables.queued.clear();
  progress.ended.push(...tables.ended.splice(0));
  for (const file of tables.unneeded.splice(0)) removeFile(join(tables.bodies, file));
  return null;
}

function hasLargeAnswer({ kind }: Operation): boolean {
  return kind === 'find' || kind === 'lease' || kind === 'page';
}

function undo(tables: Tables): void {
  if (tables.database.isTransaction) tables.sql('ROLLBACK').run();
  tables.reload();
}

/** A file that cannot be deleted now is swept at the next start: its workload's end is durable all the same. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

function run(tables: Tables, operation: Operation, bytes: Uint8Array, writer: SliceWriter): unknown {
  switch (operation.kind) {
    case 'submit':
      return submit(tables, operation.ask, bytes);
    case 'lease':
      return lease(tables, operation.ask, ANSWER_BYTES, writer);
    case 'complete':
      return complete(tables, operation.ask, bytes);
    case 'fail':
      return fail(tables, operation.ask);
    case 'giveBack':
      return giveBack(tables, operation.ask);
    case 'cancel':
      return cancel(tables, operation.ask);
    case 'find':
      return find(tables, operation.ask, writer);
    case 'counts':
      return counts(tables, operation.ask);
    case 'apis':
      return tables.apiNames();
    case 'page':
      return page(tables, operation.ask, writer);
    case 'adopt':
      return adopt(tables, operation.ask, bytes);
    case 'expire':
      return expire(tables, operation.ask);
  }
}
