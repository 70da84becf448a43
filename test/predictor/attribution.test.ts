import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribution } from '../../runtime/predictor/attribution.ts';

test('nobody owns output while nothing runs', () => {
  assert.is(new Attribution(true).owner, null);
});

test('the running workload owns what is read until it has ended without a mark', () => {
  const attribution = new Attribution(true);
  attribution.began('a');
  assert.is(attribution.owner, 'a');
  attribution.ended('a', false);
  assert.is(attribution.owner, null);
});

test('a marked workload owns what is read until its mark is seen, also when the next one runs already', () => {
  const attribution = new Attribution(true);
  attribution.began('a');
  attribution.ended('a', true);
  attribution.began('b');
  assert.is(attribution.owner, 'a');
  attribution.markSeen();
  assert.is(attribution.owner, 'b');
});

test('a mark that is read before its result belongs to the workload that runs', () => {
  const attribution = new Attribution(true);
  attribution.began('a');
  attribution.markSeen();
  attribution.ended('a', true);
  attribution.began('b');
  assert.is(attribution.owner, 'b');
});

test('what runs in turn is owned in turn, also when marks are read before the results that come with them', () => {
  const attribution = new Attribution(true);
  for (const id of ['a', 'b', 'c']) attribution.began(id);
  assert.is(attribution.owner, 'a');
  attribution.markSeen();
  assert.is(attribution.owner, 'b');
  attribution.markSeen();
  assert.is(attribution.owner, 'c');
  attribution.ended('a', true);
  attribution.ended('b', true);
  assert.is(attribution.owner, 'c');
  assert.is(attribution.isPending, false);
  attribution.ended('c', false);
  assert.is(attribution.owner, null);
});

test('with several workloads at once nobody is named', () => {
  const attribution = new Attribution(false);
  attribution.began('a');
  attribution.began('b');
  assert.is(attribution.owner, null);
  attribution.ended('a', false);
  assert.is(attribution.owner, 'b');
});

test.run();
