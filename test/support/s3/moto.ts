import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { cached } from '../bench/cached.ts';
import { startChild, type Child } from '../bench/child.ts';
import { freePort } from '../bench/free-port.ts';
import { untilAnswered } from '../bench/until-answered.ts';
import { freeze } from '../processes.ts';
import { defaultPython } from '../pythons.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../fixtures/models/requirements.txt', import.meta.url));

/** A server that speaks S3, moto's, with a bucket `bucket`. */
export interface Moto {
  readonly address: string;
  /** A client of its own, for what tests do with it beside Pons. */
  readonly client: S3Client;
  put(key: string, body: string | Uint8Array, access?: 'public-read'): Promise<void>;
  remove(key: string): Promise<void>;
  /** The keys that begin so. */
  keys(prefix: string): Promise<string[]>;
  /** From now on only keys that it has given out are let in. */
  denyAll(): Promise<void>;
  allowAll(): Promise<void>;
  /** The keys of uploads in parts that were begun and not ended. */
  uploads(): Promise<string[]>;
  /** Stops it in the middle of whatever it does; connections stay open and silent. */
  freeze(): void;
  thaw(): void;
  /** Kills it; what it had is gone. */
  kill(): Promise<void>;
  /** Starts it again on its port, after `kill`, with an empty bucket. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts one on a free port; it is installed the first time, which takes a minute and the network. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const python = await motoPython();
  let child: Child | null = null;
  const client = new S3Client({
    endpoint: address,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const Bucket = 'bucket';
  const start = async (): Promise<void> => {
    child = startChild(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]);
    await untilAnswered(`${address}/moto-api/`, (status) => status === 200, child);
    await client.send(new CreateBucketCommand({ Bucket }));
  };
  const kill = async (): Promise<void> => {
    await child?.end();
    child = null;
  };
  await start();
  const limitTo = async (requests: string): Promise<void> => {
    await fetch(`${address}/moto-api/reset-auth`, { method: 'POST', body: requests });
  };
  return {
    address,
    client,
    put: async (Key, Body, ACL) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ...(ACL === undefined ? {} : { ACL }) }));
    },
    keys: async (Prefix) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    remove: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    denyAll: () => limitTo('0'),
    allowAll: () => limitTo('Infinity'),
    uploads: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    freeze: () => {
      if (child !== null) freeze(child.pid);
    },
    thaw: () => {
      if (child !== null) process.kill(child.pid, 'SIGCONT');
    },
    kill,
    start,
    end: async () => {
      client.destroy();
      await kill();
    },
  };
}

/** What Pons is told of it. */
export function environmentFor(address: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: address, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
}

async function motoPython(): Promise<string> {
  const { executable, version } = defaultPython;
  const facts = [executable, version, readFileSync(REQUIREMENTS, 'utf8')];
  const pythonOf = (folder: string): string => join(folder, 'bin', 'python');
  const folder = await cached('moto', facts, (draft) => {
    execFileSync(executable, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
    execFileSync(pythonOf(draft), pip, { stdio: 'inherit' });
  });
  return pythonOf(folder);
}
