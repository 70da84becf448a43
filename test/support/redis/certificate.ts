import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeTempDir } from '../temp-dir.ts';

/** A self-signed certificate for this machine. */
export interface Certificate {
  /** For NODE_EXTRA_CA_CERTS of whoever is to trust it. */
  readonly file: string;
  /** Makes a Redis use it at its `tlsPort`. */
  readonly settings: Readonly<Record<string, string>>;
}

export function makeCertificate(): Certificate {
  const folder = makeTempDir();
  const [file, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    file,
    ...subject,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return {
    file,
    settings: { 'tls-cert-file': file, 'tls-key-file': key, 'tls-ca-cert-file': file, 'tls-auth-clients': 'no' },
  };
}
