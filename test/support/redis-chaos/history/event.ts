/** What a client submits. */
export interface Payload {
  readonly number: number;
  readonly act: 'answer' | 'raise' | 'poison';
  readonly seconds: number;
  /** Makes it large; comes back in the result. */
  readonly padding: string;
}

/** What a gateway says of a workload; long texts in it are cut, and told from each other by their digest. */
export interface Said {
  readonly status?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly timestamp?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export type FaultName =
  | 'Redis is killed'
  | 'Redis forgets its scripts'
  | 'Redis pauses its clients'
  | 'Redis is frozen'
  | 'Redis is full'
  | 'Redis has no room for connections'
  | 'Redis is a replica'
  | 'connections swallow'
  | 'connections are slow'
  | 'a gateway is cut off'
  | 'a gateway is killed'
  | 'a gateway is stopped'
  | 'a host is killed'
  | 'a host is stopped'
  | 'a host is frozen'
  | 'a host is cut off'
  | 'a predictor is killed';

interface At {
  /** Epoch ms. */
  readonly at: number;
}

/** The events of a run, one line of JSON each, in the order in which they were written. */
export interface Asked extends At {
  readonly kind: 'asked';
  /** Tells it from all other calls; its answer has the same. */
  readonly call: number;
  readonly act: 'submit' | 'cancel' | 'look';
  readonly api: string;
  readonly id: string;
  readonly gateway: string;
  /** null where nothing is submitted. */
  readonly payload: Payload | null;
}

export interface Answered extends At {
  readonly kind: 'answered';
  readonly call: number;
  /** 0 where the connection was refused or lost. */
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly said: Said;
}

/** Written by the user's predictor itself. */
export interface Ran extends At {
  readonly kind: 'ran';
  readonly what: 'began' | 'ended';
  readonly id: string;
  /** Tells it from all other runs. */
  readonly run: string;
  readonly host: string;
  readonly pid: number;
}

export interface Fault extends At {
  readonly kind: 'fault';
  readonly what: 'begins' | 'ends';
  readonly fault: number;
  readonly name: FaultName;
  /** The process that it happened to; '' where it was Redis, or all of them. */
  readonly victim: string;
}

/** Every workload has been seen ended, or had its time; what follows are the last looks. */
export interface Settled extends At {
  readonly kind: 'settled';
}

export type ChaosEvent = Asked | Answered | Ran | Fault | Settled;
