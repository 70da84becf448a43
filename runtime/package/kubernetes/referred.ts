import type { ExportPlan } from '../exported/plan.ts';

/** What is referred to and nobody exports: Secrets, and the claim of a volume with the models. */
export interface Referred {
  /** Has the URL of Redis, with its password, under the key `url`. */
  readonly redisSecret: string;
  /** Has the `.env` of the project, under the key `.env`. */
  readonly dotenvSecret: string;
  /** A claim of a volume that has the models where the project has them. */
  readonly modelsClaim: string;
}

/** The names of what is referred to. */
export function referredBy({ label }: ExportPlan): Referred {
  return { redisSecret: `${label}-redis`, dotenvSecret: `${label}-dotenv`, modelsClaim: `${label}-models` };
}
