import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { blobProblem, damaged, isMissing, type BlobPlace, type Right } from './problem.ts';

/** Stores something small in a bucket, to see what can be done there. */
export class Probe {
  readonly #place: BlobPlace;
  readonly #target: { readonly Bucket: string; readonly Key: string };

  constructor(place: BlobPlace) {
    this.#place = place;
    this.#target = { Bucket: place.location.bucket, Key: `${place.location.prefix}probe/${randomUUID()}` };
  }

  /** Stores and reads it. Rejects with an error of the area PAYLOADS that names the right that is missing. */
  async ask(signal: AbortSignal): Promise<void> {
    const { client } = this.#place.bucketeer;
    const [abort, text] = [{ abortSignal: signal }, randomUUID()];
    // Buckets that lock their objects take none without a checksum.
    const object = { ...this.#target, Body: text, ChecksumAlgorithm: 'SHA256' } as const;
    await this.#try('s3:PutObject', () => client.send(new PutObjectCommand(object), abort));
    await this.#try('s3:GetObject', async () => {
      const { Body } = await client.send(new GetObjectCommand(this.#target), abort);
      const got = (await Body?.transformToString()) ?? '';
      if (got !== text) throw damaged(this.#place, this.#target.Key, text, got);
    });
  }

  /** Looks for every right that Pons needs, and leaves nothing. Rejects as `ask` does. */
  async askAll(signal: AbortSignal): Promise<void> {
    const { client } = this.#place.bucketeer;
    const abort = { abortSignal: signal };
    await this.ask(signal);
    await this.#try('s3:DeleteObject', () => this.remove(signal));
    // Without the right to list, what is gone cannot be told from what is denied.
    await this.#try('s3:ListBucket', async () => {
      await client.send(new GetObjectCommand(this.#target), abort).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    });
    const upload = { ...this.#target, ChecksumAlgorithm: 'SHA256' } as const;
    const { UploadId } = await this.#try('s3:PutObject', () =>
      client.send(new CreateMultipartUploadCommand(upload), abort),
    );
    await this.#try('s3:AbortMultipartUpload', () =>
      client.send(new AbortMultipartUploadCommand({ ...this.#target, UploadId }), abort),
    );
  }

  /** Takes away what `ask` has stored. */
  async remove(signal: AbortSignal): Promise<void> {
    await this.#place.bucketeer.client.send(new DeleteObjectCommand(this.#target), { abortSignal: signal });
  }

  async #try<T>(right: Right, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw blobProblem(error, right, this.#place);
    }
  }
}
