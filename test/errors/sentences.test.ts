import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogRows, renderMessage } from '../support/error-docs/render.ts';

/** Areas whose messages are sentences of their own. */
const AREAS = /^PONS_ERR_(HTTP|STATE|STORE|WORKLOAD)_/;
/** Ends in a command that can be copied. */
const ENDS_OTHERWISE = new Set(['PONS_ERR_STORE_CORRUPT']);

test('a message begins with a capital or what it is about, and ends with a full stop', () => {
  const rows = catalogRows().filter(([code]) => AREAS.test(code));
  assert.ok(rows.length > 30);
  const wrong = rows
    .map(([code, entry]) => [code, renderMessage(entry)] as const)
    .filter(([code, message]) => !/^[A-Z<]/.test(message) || (!message.endsWith('.') && !ENDS_OTHERWISE.has(code)));
  assert.equal(wrong, []);
});

test.run();
