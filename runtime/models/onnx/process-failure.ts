import { isShortage } from '../../processes/shortage.ts';
import { ModelError } from '../model-error.ts';
import { ProcessEndedError } from './process-ended.ts';

/** What a call fails with where its model is not to blame: its `cause` is `error`, where it is made of that. */
export function failureOf(label: string, error: unknown): unknown {
  if (error instanceof ProcessEndedError) return new ModelError('MODEL_UNUSABLE', describeEnd(label, error), error);
  return isShortage(error) ? new ModelError('MODEL_UNUSABLE', error.message, error) : error;
}

/** A sentence on the end of the process that ran the model which `label` names. */
export function describeEnd(label: string, { message }: ProcessEndedError): string {
  return `the process that ran ${label} ${message}`;
}
