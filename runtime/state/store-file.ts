/** The database in a state folder. */
export const STORE_FILE = 'store.db';

/** "Pons" in ASCII, in the header of the database: tells our files from other databases. */
export const APPLICATION_ID = 0x506f6e73;
