import type { Answer } from './answer.ts';
import type { ChannelContext } from './context.ts';
import type { DaprRequest } from './dapr-request.ts';
import { type DapsResponse, dapsResponses, healthyAnswer } from './daps-responses.ts';
import type { SoloRetry } from './solo-retry.ts';
import type { Ending } from './traffic.ts';
import type { Wires } from './wires.ts';

/** What serves every request of a connection. */
export interface Parts {
  readonly context: ChannelContext;
  readonly soloRetry: SoloRetry<DaprRequest>;
  readonly wires: Wires;
  readonly answer: Answer;
}

/** Ends a request, once. */
export const end = ({ answer, context, soloRetry, wires }: Parts, request: DaprRequest, ending: Ending): void => {
  if (request.place === 'done') return;
  answer.forget();
  if (ending.by !== 'nobody') request.forget(context.pastCuts);
  request.end(ending);
  wires.up.countQueue();
  soloRetry.left(request);
};

/** The app has answered, and its connection is ready for another request. */
export const finish = (parts: Parts, request: DaprRequest): 'idle' => {
  const { up } = parts.wires;
  up.answered();
  // Bytes that were cut may still be on their way into another connection.
  if (up.isFlushed && request.attempts === 0) request.retained?.recycle();
  end(parts, request, { by: 'app', status: request.status ?? 0 });
  return 'idle';
};

/** The app has answered, but its connection is gone or unusable: what is left of the request is discarded. */
export const finishLast = (parts: Parts, request: DaprRequest): 'closing' => {
  parts.answer.flush();
  end(parts, request, { by: 'app', status: request.status ?? 0 });
  parts.wires.down.endWith();
  return 'closing';
};

/** Answers a health check in the app's place. */
export const answerHealthy = (parts: Parts, request: DaprRequest): 'idle' => {
  parts.wires.toDaprd(healthyAnswer);
  end(parts, request, { by: 'daps', status: 200 });
  return 'idle';
};

/** Answers in the app's place that it cannot answer, and ends daprd's connection. */
export const refuse = (parts: Parts, request: DaprRequest, why: DapsResponse): 'closing' => {
  const { status, bytes } = dapsResponses[why];
  end(parts, request, { by: 'daps', status });
  parts.wires.down.endWith(bytes);
  return 'closing';
};

/** Ends daprd's connection as a crashing app does, without an answer. */
export const reset = (parts: Parts, request: DaprRequest): 'closing' => {
  end(parts, request, { by: 'nobody' });
  parts.wires.down.reset();
  return 'closing';
};
