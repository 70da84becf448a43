import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ServingError } from '../../../runtime/models/tensorflow/serving-status.ts';

/** Statuses by number, as gRPC has them. */
const [CANCELLED, INVALID_ARGUMENT, INTERNAL, UNAVAILABLE] = [1, 3, 13, 14];

const texts: readonly (readonly [what: string, details: string, cleaned: string])[] = [
  [
    'names of nodes',
    '{{function_node __inference_signature_wrapper_7}} {{node MatMul}} Matrix size-incompatible: In[0]: [1,3], In[1]: [4,3]\n\t [[{{node PartitionedCall}}]]',
    'Matrix size-incompatible: In[0]: [1,3], In[1]: [4,3]',
  ],
  [
    'where the graph was made',
    'Graph execution error:\n\nbad input\n\nDetected at node x defined at (most recent call last):\n  File',
    'bad input',
  ],
  ['the name of an operation', 'Needs a float [Op:AddV2] name: add', 'Needs a float'],
  [
    'nothing of a plain sentence',
    'Could not find any versions of model iris',
    'Could not find any versions of model iris',
  ],
  [
    "gRPC's words around an error",
    'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ',
    'connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['what is beyond 500 characters', 'x'.repeat(600), `${'x'.repeat(500)}...`],
];

for (const [what, details, cleaned] of texts) {
  test(`a text of the server loses ${what}`, () => {
    assert.is(ServingError.of(INVALID_ARGUMENT, details).message, cleaned);
  });
}

const losses: readonly (readonly [what: string, code: number, details: string, wasLost: boolean])[] = [
  ['a connection that ends under a call', UNAVAILABLE, 'Connection dropped', true],
  ['a stream that is reset', INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)', true],
  ['a call that the server cancels', CANCELLED, '', true],
  [
    'a connection that is not made',
    UNAVAILABLE,
    'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1',
    false,
  ],
  ['one that is reset while it is made', UNAVAILABLE, 'No connection established. Last error: read ECONNRESET', false],
  ['a server that is busy', UNAVAILABLE, 'The batch scheduling queue to which this task was submitted is full', false],
];

for (const [what, code, details, wasLost] of losses) {
  test(`${what} is ${wasLost ? 'a call that was lost' : 'no call that was lost'}, and UNAVAILABLE`, () => {
    const error = ServingError.of(code, details);
    assert.is(error.wasLost, wasLost);
    assert.is(error.status, 'UNAVAILABLE');
  });
}

test('a status is told with what was said of it, where something was', () => {
  assert.is(ServingError.of(INVALID_ARGUMENT, 'no').text, 'INVALID_ARGUMENT (no)');
  assert.is(ServingError.of(UNAVAILABLE, '').text, 'UNAVAILABLE');
  assert.is(ServingError.of(99, '').text, 'UNKNOWN');
});

test.run();
