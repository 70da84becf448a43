import { InvalidArgumentError } from 'commander';
import { isImageReference } from '../config/schema/image-reference.ts';

/** The tag of an image. */
export function parseTag(text: string): string {
  if (!/^\w[\w.-]{0,127}$/.test(text)) throw new InvalidArgumentError('It must be a tag, such as 1.4.');
  return text;
}

/** What is put before the names of images: `HOST` or `HOST/PREFIX`. */
export function parseRegistry(text: string): string {
  const registry = text.replace(/\/+$/, '');
  if (!isImageReference(`${registry}/name`))
    throw new InvalidArgumentError(
      'It must be HOST or HOST/PREFIX, such as registry.example.com/team; a port is a number from 1 to 65535.',
    );
  return registry;
}
