import { startBareFrames, startBase64Lines, startBridge } from '../support/bench/echoes.ts';
import { oneKbRequest, oneKbText } from '../support/bench/one-kb.ts';
import { startPythonia } from '../support/bench/pythonia.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { perSecond, printHeading, printLine } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';

/*
 * Round trips Node -> Python -> Node through a predictor process, beside a bare echo of frames by a blocking loop in Python's main thread, pythonia, and
 * base64 in lines of JSON. Rounds alternate, so that all meet the same machine.
 */

/** Many and short: what else the machine does then meets both sides of most of them alike. */
const ROUNDS = unlessQuick(21, 3);
const SHORTER = unlessQuick(2, 5);
const MB = 1024 * 1024;
const payload = oneKbRequest();
const json = Buffer.from(JSON.stringify(payload));
const text = Buffer.from(JSON.stringify(oneKbText()));
const decoder = new TextDecoder();
const oneMb = Buffer.alloc(MB, 1);

/** Calls/s, `depth` of them under way at a time. */
async function rateOf(calls: number, depth: number, call: () => Promise<unknown>): Promise<number> {
  let left = calls / SHORTER;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: depth }, caller));
  return ((calls / SHORTER) * 1000) / (performance.now() - begin);
}

const bridge = await startBridge();
const bare = startBareFrames();
const base64 = startBase64Lines();
const pythonia = await startPythonia();

/** Measures one size after a warm-up, and prints it. */
async function compare(
  title: string,
  options: { peer: string; atLeast?: number; calls: number; peerCalls?: number; depth?: number; bytes?: number },
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<void> {
  const { peer, atLeast, calls, peerCalls = calls, depth = 1, bytes } = options;
  await rateOf(calls / 5, depth, ours);
  await rateOf(peerCalls / 5, depth, theirs);
  const rates = await alternate(ROUNDS, {
    ours: () => rateOf(calls, depth, ours),
    theirs: () => rateOf(peerCalls, depth, theirs),
  });
  const rate = median(rates.ours);
  const shown = bytes === undefined ? perSecond(rate) : `${((rate * bytes) / MB).toFixed(0)} MB/s`;
  const target = atLeast === undefined ? {} : { target: { atLeast } };
  printLine({ title, shown, ratio: { value: medianRatio(rates.ours, rates.theirs), peer, ...target } });
}

/** With the object made into JSON and back on this side too, which nothing on the way of a workload does. */
async function bridgeObject(): Promise<object> {
  const result = await bridge.call(Buffer.from(JSON.stringify(payload)));
  return JSON.parse(typeof result === 'string' ? result : decoder.decode(result)) as object;
}

try {
  printHeading('bridge: round trips through a predictor process');
  for (const { title, body, ...options } of [
    { title: '1 KB JSON, depth 1', body: json, depth: 1, calls: 4000, atLeast: 0.8 },
    { title: '1 KB JSON, depth 8', body: json, depth: 8, calls: 8000, atLeast: 0.8 },
    { title: '1 KB in one string, depth 1', body: text, depth: 1, calls: 4000 },
    { title: '1 KB in one string, depth 8', body: text, depth: 8, calls: 8000 },
    { title: '1 MB, depth 1', body: oneMb, calls: 200, atLeast: 0.85, bytes: MB },
    { title: '10 MB, depth 1', body: Buffer.alloc(10 * MB, 1), calls: 20, atLeast: 0.85, bytes: 10 * MB },
  ]) {
    await compare(
      title,
      { peer: 'the bare frame echo', ...options },
      () => bridge.call(body),
      () => bare.call(body),
    );
  }
  await compare(
    '1 KB JSON, depth 1',
    { peer: "pythonia's object call", atLeast: 3, calls: 4000, peerCalls: 1500 },
    () => bridge.call(json),
    () => pythonia.predict(payload),
  );
  // What no bridge can be better than.
  await compare(
    'the bare frame echo, 1 KB JSON, depth 1',
    { peer: "pythonia's object call", calls: 4000, peerCalls: 1500 },
    () => bare.call(json),
    () => pythonia.predict(payload),
  );
  await compare(
    '1 KB object, depth 1',
    { peer: "pythonia's object call", calls: 4000, peerCalls: 1500 },
    bridgeObject,
    () => pythonia.predict(payload),
  );
  await compare(
    '1 MB, depth 1',
    { peer: 'base64 in lines of JSON', atLeast: 15, calls: 200, peerCalls: 40, bytes: MB },
    () => bridge.call(oneMb),
    () => base64.call(oneMb),
  );
} finally {
  pythonia.end();
  await Promise.all([bridge.end(), bare.end(), base64.end()]);
}
