import { conformance } from '../conformance.ts';
import { withEmbeddedStore } from './with-store.ts';

conformance('embedded', withEmbeddedStore);
