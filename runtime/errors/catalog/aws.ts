import { defineError } from '../entry.ts';

/** Of every use of S3: for models and for payloads. */
export const awsErrors = {
  PONS_ERR_AWS_ENDPOINT: defineError<{ variable: string }>({
    fault: 'user',
    status: 500,
    message: ({ variable }) =>
      `${variable} is not the URL of a server: expected http://HOST[:PORT] or https://HOST[:PORT]. It is not shown, since it may hold a password.`,
    fix: 'Correct that variable, in the environment of Pons or in the .env of the project, or take it away for Amazon S3.',
  }),
};
