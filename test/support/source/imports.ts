import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

/** One import of a source file, `import type`, `export ... from` and `import()` included. */
export interface Import {
  /** The importing file, relative to the repository, with `/`. */
  readonly from: string;
  /** A file relative to the repository for a relative specifier, else the specifier as it is. */
  readonly to: string;
  readonly relative: boolean;
  /** Erased by the compiler: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

/** The TypeScript files below `folder`, relative to the repository `root`. */
export function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => posix.relative(root, posix.join(entry.parentPath, entry.name)))
    .sort();
}

export function importsOf(root: string, file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const relative = specifier.startsWith('.');
    found.push({ from: file, to: relative ? posix.join(dirname(file), specifier) : specifier, relative, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const erased = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || hasOnlyTypes(clause?.namedBindings);
      if (ts.isStringLiteral(node.moduleSpecifier)) add(node.moduleSpecifier.text, erased);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) add(node.argument.literal.text, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) add(specifier.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function hasOnlyTypes(bindings: ts.NamedImportBindings | undefined): boolean {
  if (bindings === undefined || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.every((element) => element.isTypeOnly);
}
