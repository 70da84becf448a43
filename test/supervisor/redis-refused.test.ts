import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeCertificate } from '../support/redis/certificate.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
const certificate = makeCertificate();

/** Settings of a Redis with TLS, how its host is called, and what is said. */
const overTls: readonly (readonly [what: string, settings: Record<string, string>, host: string, says: RegExp])[] = [
  [
    'asks its clients for certificates',
    { 'tls-auth-clients': 'yes' },
    'localhost',
    /\(tls-auth-clients yes\): tlsv13 alert certificate required\.\n.*tls-auth-clients no.*PONS_ERR_REDIS_TLS_CLIENT/,
  ],
  [
    'asks for them as TLS 1.2 does',
    { 'tls-auth-clients': 'yes', 'tls-protocols': 'TLSv1.2' },
    'localhost',
    /sslv3 alert handshake failure\.\n.*tls-auth-clients no.*PONS_ERR_REDIS_TLS_CLIENT/,
  ],
  [
    'has a certificate for another host',
    { bind: '127.0.0.1 127.0.0.2' },
    '127.0.0.2',
    /another host: .*127\.0\.0\.2 is not in the cert's list: 127\.0\.0\.1\.\n.*PONS_ERR_REDIS_TLS_NAME/,
  ],
];

for (const [what, settings, host, says] of overTls) {
  test(`a Redis that ${what} is refused at the start, with what helps`, async () => {
    await withRedis(
      async (server) => {
        const url = `rediss://${host}:${server.tlsPort}`;
        const env = { PONS_REDIS_URL: url, NODE_EXTRA_CA_CERTS: certificate.file };
        const { code, stderr } = await pons(['serve', project, '--state-dir', makeTempDir()], env);
        assert.match(stderr, says);
        assert.not.match(stderr, /openssl|NODE_EXTRA_CA_CERTS/i);
        assert.is(code, 2);
      },
      { ...certificate.settings, ...settings },
    );
  });
}

test.run();
