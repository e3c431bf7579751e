import http from 'node:http';
import process from 'node:process';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { maxConnections } from './peer.ts';

const [port, appPort] = process.argv.slice(2).map(Number);

const app = express();
app.disable('x-powered-by');
app.use(
  createProxyMiddleware({
    target: `http://127.0.0.1:${appPort}`,
    agent: new http.Agent({ keepAlive: true, maxFreeSockets: maxConnections }),
  }),
);
const server = http.createServer({ keepAliveTimeout: 3_600_000 }, app);
server.listen({ host: '127.0.0.1', port, backlog: maxConnections });
