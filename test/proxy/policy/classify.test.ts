import { expect } from 'chai';
import { parseRequestHead } from '../../../proxy/http1/head.ts';
import { classify } from '../../../proxy/policy/classify.ts';
import type { KnownRoutes } from '../../../proxy/policy/known-routes.ts';

const own = { appId: 'orders', namespace: 'shop', healthPath: '/health' };

const event = 'Content-Type: application/cloudevents+json';
const json = 'Content-Type: application/json';
const other = 'dapr-caller-app-id: web, dapr-callee-app-id: orders, dapr-caller-namespace: shop';
const self = 'dapr-caller-app-id: orders, dapr-callee-app-id: orders, dapr-caller-namespace: shop';
const namesake = 'dapr-caller-app-id: orders, dapr-callee-app-id: orders, dapr-caller-namespace: test';

/** `/orders`: events; `/bulk`: events in bulk; `/queue`: an input binding. */
const all: KnownRoutes = {
  subscriptions: new Set(['/orders', '/bulk', '/actors/all', '/job/events']),
  bulks: new Set(['/bulk']),
  bindings: new Set(['/queue', '/job/queue']),
  unseenBindings: new Set(),
  configurationStores: new Set(['settings']),
  isComplete: true,
};
const some: KnownRoutes = { ...all, configurationStores: 'unknown', isComplete: false };

/** A `?`: daps should ask daprd for its routes. Of two kinds, the second holds while not all routes are known. */
type Expected = string | readonly [string, string];

const cases: readonly (readonly [string, string, Expected, string])[] = [
  // What daprd delivers
  ['POST /orders', event, 'delivery', 'an event'],
  ['POST /orders?x=1', event, 'delivery', 'an event to a route with a query'],
  ['POST /bulk', json, 'delivery', 'events in bulk'],
  ['POST /bulk', event, 'delivery', 'an event to a bulk route'],
  ['POST /queue', json, 'delivery', 'an input binding'],
  ['POST /configuration/settings/color', json, 'delivery', 'a configuration update'],
  ['POST /job/nightly', json, 'job', 'a job'],
  ['POST /job/queue', json, 'delivery', 'a binding with a route like a job'],
  ['POST /job/events', event, 'delivery', 'a subscription with a route like a job'],
  ['POST /actors/all', event, 'delivery', 'a subscription with a route like an actor'],
  ['POST /actors/Cart/7/method/add', event, 'delivery ?', 'an event to a route that nobody told'],
  ['POST /new', event, 'delivery ?', 'an event to a route that nobody told'],
  // Metadata of a publisher
  ['POST /orders', `${event}, ${other}`, 'delivery', "an event with a caller's headers"],
  ['POST /orders', `${event}, dapr-caller-app-id: web`, 'delivery', 'an event with one such header'],
  ['POST /new', `${event}, dapr-caller-app-id: web`, 'delivery ?', 'an event with one such header, untold'],
  ['POST /queue', `${json}, ${other}`, 'delivery', "a binding's message with a caller's headers"],
  ['POST /queue', `${json}, ${self}`, 'delivery', "a binding's message with the app's own name"],
  ['POST /orders', `${event}, ${self}`, 'delivery', "an event with the app's own name"],
  ['POST /new', `${event}, ${other}`, ['invocation ?', 'delivery ?'], 'a CloudEvent of another app, or an event'],
  // Calls of other apps
  ['POST /price', `${json}, ${other}`, 'invocation', 'a call'],
  ['POST /price', other, 'invocation', 'a call without a Content-Type'],
  ['POST /orders', `${json}, ${other}`, 'invocation', 'a call to the route of events'],
  ['POST /bulk', `${json}, ${other}`, 'invocation', 'a call to the route of bulks, of which the headers are daprd’s'],
  ['POST /job/nightly', `${json}, ${other}`, 'invocation', 'a call to the route of a job'],
  ['POST /price', `${json}, ${namesake}`, 'invocation', 'a call of its namesake in another namespace'],
  ['GET /dapr/subscribe', other, 'invocation', "another app's question"],
  ['GET /health', other, 'invocation', "another app's look at the health"],
  ['OPTIONS /queue', `${json}, ${other}`, 'invocation', "another app's OPTIONS"],
  ['DELETE /orders/7', other, 'invocation', 'a call'],
  // Calls to itself
  ['POST /price', json, ['self-invocation ?', 'delivery ?'], 'JSON without a caller'],
  ['POST /orders', json, 'self-invocation', 'JSON to the route of events'],
  ['POST /price', `${json}; charset=utf-8`, 'self-invocation', 'JSON as daprd does not write it'],
  ['POST /queue', `${json}; charset=utf-8`, 'self-invocation', 'JSON as daprd does not write it'],
  ['POST /price', '', 'self-invocation', 'no Content-Type'],
  ['POST /orders', 'Content-Type: text/plain', 'self-invocation', 'text'],
  ['POST /configuration/others/color', json, ['self-invocation ?', 'delivery'], 'no configuration store'],
  ['POST /dapr/subscribe', json, ['self-invocation ?', 'delivery ?'], 'JSON without a caller'],
  ['GET /orders', '', 'self-invocation', 'a GET'],
  ['PATCH /orders', json, 'self-invocation', 'a PATCH'],
  ['OPTIONS /queue', '', 'self-invocation', 'OPTIONS as daprd does not ask it'],
  ['POST /price', `${json}, ${self}`, 'self-invocation', 'a call with its own name, as after 1.18.1'],
  ['PUT /actors/Cart', '', 'self-invocation', 'no path of an actor'],
  // Actors
  ['PUT /actors/Cart/7/method/add', json, 'actor', 'an actor call'],
  ['PUT /actors/Cart/7/method/remind/tick', json, 'actor', 'a reminder'],
  ['PUT /actors/Cart/7/method/timer/tick', json, 'actor', 'a timer'],
  ['DELETE /actors/Cart/7', 'Content-Type: application/x-protobuf', 'actor', 'an actor that is no longer needed'],
  ['PUT /actors/Cart/7/method/add', `${json}, ${other}`, 'actor', 'headers that the caller passes on'],
  // daprd's own questions
  ['GET /dapr/config', json, 'init', 'what the app wants'],
  ['GET /dapr/subscribe', json, 'init', 'its subscriptions'],
  ['GET /dapr/subscribe?x=1', json, 'init', 'with a query'],
  ['OPTIONS /queue', json, 'init', 'whether it takes a binding'],
  ['GET /health', '', 'health', 'its health'],
  ['GET /health?verbose', '', 'health', 'its health'],
  ['POST /health', '', 'self-invocation', 'no question'],
];

describe('classify()', () => {
  for (const [line, fields, expected, what] of cases)
    it(`${line}, ${fields === '' ? 'no fields' : fields}: ${[expected].flat().join(' or ')} (${what})`, () => {
      const lines = fields === '' ? [] : fields.split(', ').map((field) => `${field}\r\n`);
      const head = parseRequestHead(`${line} HTTP/1.1\r\n${lines.join('')}`);
      if (head === undefined) throw new Error(`${line} is no request`);
      const found = [all, some].map((routes) => {
        const { kind, isRouteUnknown } = classify(head, own, routes);
        return isRouteUnknown ? `${kind} ?` : kind;
      });
      expect(found).to.deep.equal(typeof expected === 'string' ? [expected, expected] : expected);
    });
});
