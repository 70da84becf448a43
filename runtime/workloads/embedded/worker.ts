import { mkdirSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { runBatch } from './batch.ts';
import { FaultError, faultOf } from './fault.ts';
import { dropKeptLog, keepLog } from './kept-log.ts';
import { takeLock, type StateLock } from './lock.ts';
import type { FromThread, ToThread } from './operations.ts';
import type { StorePaths } from './paths.ts';
import { giveAllBack, recover } from './recover.ts';
import { openDatabase } from './schema.ts';
import { Tables } from './tables.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly paths: StorePaths;
  /** Epoch ms. */
  readonly now: number;
}

const { paths, now } = workerData as ThreadData;
let lock: StateLock | null = null;

function send(message: FromThread): void {
  const transfer = message.kind === 'reply' ? [message.reply.bytes.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(message, transfer);
}

function serve(tables: Tables): void {
  parentPort?.on('message', (message: ToThread) => {
    if (message === 'close') {
      close(tables);
      return;
    }
    send({ kind: 'reply', reply: runBatch(tables, message, paths.database) });
  });
}

function close(tables: Tables): void {
  try {
    giveAllBack(tables);
  } finally {
    tables.database.close();
    lock?.release();
    send({ kind: 'closed' });
    parentPort?.close();
  }
}

try {
  lock = takeLock(paths);
  keepLog(paths);
  mkdirSync(paths.bodies, { recursive: true, mode: 0o700 });
  const tables = new Tables(openDatabase(paths), paths.bodies);
  const opened = recover(tables, now);
  dropKeptLog(paths);
  serve(tables);
  send({ kind: 'opened', opened, ended: tables.ended.splice(0) });
} catch (error) {
  lock?.release();
  const fault = error instanceof FaultError ? error.fault : faultOf(error, paths.database);
  send({ kind: 'refused', fault });
}
