import { makeTempDir } from '../temp-dir.ts';

/** The machine's own AWS settings must not be found, nor asked for on the network. */
export function forgetCredentials(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = process.env['AWS_CONFIG_FILE'] = `${makeTempDir()}/none`;
}
