export interface SystemError {
  readonly code?: string;
  readonly message: string;
}

/** Why a folder cannot be used, in words that follow its name and a colon. */
export function systemReasonOf(error: SystemError): string {
  switch (error.code ?? '') {
    case 'EROFS':
      return 'it is on a read-only file system (EROFS)';
    case 'EACCES':
    case 'EPERM':
      return `permission is denied (${String(error.code)})`;
    case 'ENOENT':
      return 'it cannot be created there (ENOENT)';
    default:
      return error.message;
  }
}
