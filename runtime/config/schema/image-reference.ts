const HOST =
  /^(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*(?::(?<port>[0-9]+))?$/;
const MAX_PORT = 65_535;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Whether the text names a container image: `[host[:port]/]name[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  if (text.length > 1000) return false;
  const [beforeDigest = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return false;
  const slash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.indexOf(':', slash + 1);
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  if (colon !== -1 && !TAG.test(beforeDigest.slice(colon + 1))) return false;
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return COMPONENT.test(first);
  return (isHost(first) || COMPONENT.test(first)) && rest.every((part) => COMPONENT.test(part));
}

function isHost(text: string): boolean {
  const match = HOST.exec(text);
  const port = match?.groups?.['port'];
  return match !== null && (port === undefined || (Number(port) > 0 && Number(port) <= MAX_PORT));
}
