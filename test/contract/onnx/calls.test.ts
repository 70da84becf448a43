import { test } from 'uvu';
import { serveForAllTests } from '../support/fixture-server.ts';
import { modelProject } from '../support/model-project.ts';
import { CALLED_MODELS, testCalls } from './support/call-tests.ts';

testCalls(serveForAllTests(modelProject('onnx/calls', CALLED_MODELS)));

test.run();
