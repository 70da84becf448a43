import { type S3ClientConfig, S3Client } from '@aws-sdk/client-s3';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { KnownError } from '../errors/known-error.ts';

/** A client of S3, and what its errors have to tell of it. */
export interface Bucketeer {
  readonly client: S3Client;
  /** An address, or `Amazon S3 in eu-west-1`. */
  readonly endpoint: string;
  /** Where Amazon's S3 is asked; null where the server is somebody else's. */
  readonly region: string | null;
  /** Why there are no credentials, so that requests go without; null where there are some. */
  readonly anonymousBecause: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How long is waited for a server before it counts as away. */
export interface Patience {
  readonly connectMs: number;
  /** A server that says nothing for so long says nothing any more. */
  readonly silenceMs: number;
}

const AT_START: Patience = { connectMs: 10_000, silenceMs: 30_000 };
/** The client would write to the console beside our own log; what it came to is in its errors. */
const nothing = (): void => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const NO_WARNING = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/** Makes a client as the usual AWS variables say; without credentials it asks for what is open to everybody. Rejects with `PONS_ERR_AWS_ENDPOINT`. */
export async function openClient(variables: Environment, patience: Patience = AT_START): Promise<Bucketeer> {
  // An empty variable is how people take one away.
  const environment = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const address = addressOf(environment);
  const profile = environment['AWS_PROFILE'];
  const { credentials, anonymousBecause } = await findCredentials(environment);
  const config: S3ClientConfig = {
    credentials,
    requestHandler: { connectionTimeout: patience.connectMs, socketTimeout: patience.silenceMs },
    followRegionRedirects: true,
    // Whoever uploads checks more, and in a way that more servers know; with Expect a silent server would be waited for six seconds.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    logger: SILENT,
    ...given('profile', profile),
    ...(anonymousBecause === null ? {} : { signer: { sign: (request) => Promise.resolve(request) } }),
    // Servers that are not Amazon's rarely have a host name for each bucket.
    ...(address === null ? {} : { endpoint: address, forcePathStyle: true }),
  };
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? (await regionOfProfile(config));
  const client = quietly(() => new S3Client({ ...config, region }));
  const where =
    address === null
      ? { endpoint: `Amazon S3 in ${region}`, region }
      : { endpoint: withoutLogin(address), region: null };
  return { client, ...where, anonymousBecause };
}

function addressOf(environment: Environment): string | null {
  if (environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return null;
  const variable = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'].find((name) => environment[name] !== undefined);
  if (variable === undefined) return null;
  const address = environment[variable] ?? '';
  const { protocol, hostname } = URL.canParse(address) ? new URL(address) : { protocol: '', hostname: '' };
  if (!['http:', 'https:'].includes(protocol) || hostname === '') {
    throw KnownError.of('PONS_ERR_AWS_ENDPOINT', { variable });
  }
  return address;
}

async function findCredentials(
  environment: Environment,
): Promise<{ credentials: NonNullable<S3ClientConfig['credentials']>; anonymousBecause: string | null }> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  if (id !== undefined && secret !== undefined) {
    const keys = { accessKeyId: id, secretAccessKey: secret };
    return { credentials: token === undefined ? keys : { ...keys, sessionToken: token }, anonymousBecause: null };
  }
  const provider = defaultProvider({
    ...given('profile', environment['AWS_PROFILE']),
    ...given('filepath', environment['AWS_SHARED_CREDENTIALS_FILE']),
    ...given('configFilepath', environment['AWS_CONFIG_FILE']),
  });
  try {
    await provider();
    return { credentials: provider, anonymousBecause: null };
  } catch (error) {
    const nobody = { accessKeyId: '', secretAccessKey: '' };
    return { credentials: nobody, anonymousBecause: error instanceof Error ? error.message : String(error) };
  }
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}

async function regionOfProfile(config: S3ClientConfig): Promise<string> {
  const client = quietly(() => new S3Client(config));
  try {
    return await client.config.region();
  } catch {
    return 'us-east-1';
  } finally {
    client.destroy();
  }
}

/** The client tells everybody with Node 20 which Node its later versions will need, which no user of Pons can act on. */
function quietly<T>(make: () => T): T {
  const before = process.env[NO_WARNING];
  process.env[NO_WARNING] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, NO_WARNING);
    else process.env[NO_WARNING] = before;
  }
}

/** Errors and log lines name the address. A password with a slash in it makes a URL with another host. */
function withoutLogin(address: string): string {
  return address.replace(/\/\/.*@/s, '//');
}
