import { type ColumnName, titles } from '../column.ts';
import type { Paint } from './paint.ts';

export const opening = (isReal: boolean, paint: Paint): string => `
${paint('strong', 'Two pods are replaced, one after the other, while 8 messages a second come in.')}
The app works 1 s on a message. It boots for 2 s with its port open, and answers 404
until it is ready. On SIGTERM it exits at once. Many apps are like that.
${
  isReal
    ? 'Broker and daprd are real: RabbitMQ with the defaults of its Dapr component.'
    : 'Broker and daprd are stand-ins that do what daprd 1.18 does; the daps sidecar is the real one.'
}
`;

const whats: Readonly<Record<ColumnName, string>> = {
  plain: 'without daps',
  daps: 'the same pods, injected by daps',
};

export const heading = (name: ColumnName, paint: Paint): string =>
  `\n${paint('strong', `${titles[name]}`)} ${paint('quiet', `– ${whats[name]}`)}\n\n`;

export const closing = (picture: string, isProven: boolean, paint: Paint): string =>
  `\n${isProven ? '' : `${paint('bad', 'daps did not keep its promise this time.')}\n`}The picture of it: ${picture}\n\n`;
