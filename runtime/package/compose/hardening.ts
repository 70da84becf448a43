/** What no container of an export needs: a disk of its own, rights of root, more of them. */
export const HARDENED = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
} as const;
