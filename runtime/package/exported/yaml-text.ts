import { Document } from 'yaml';

/**
 * Values as documents of one YAML file, below a comment. Both kubectl and docker-compose read YAML 1.1, so texts such as `on` and `1:30` are
 * quoted for it; keys that are undefined are left out.
 */
export function yamlText(comment: readonly string[], values: readonly object[]): string {
  const head = comment.map((line) => `# ${line}\n`).join('');
  const documents = values.map((value) => {
    const document = new Document(value, { version: '1.1', keepUndefined: false, aliasDuplicateObjects: false });
    return document.toString({ lineWidth: 0 });
  });
  return head + documents.join('---\n');
}
