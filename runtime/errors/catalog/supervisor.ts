import { defineError } from '../entry.ts';

export const supervisorErrors = {
  PONS_ERR_SERVE_TYPE: defineError({
    fault: 'user',
    status: 500,
    message: ({ api, type }: { api: string; type: string }) =>
      `The API "${api}" has predictor.type ${type}; its configuration is valid, but this version of Pons serves type python only.`,
    fix: 'Serve this API with a later version of Pons, or leave it out of the configuration file for now.',
  }),
};
