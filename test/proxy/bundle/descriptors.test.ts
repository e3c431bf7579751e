import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { SidecarProcess } from '../../support/sidecar/process.ts';

const delivery =
  'POST /orders HTTP/1.1\r\nHost: app\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 2\r\n\r\n{}';
/** Node has about half of these open by itself. */
const openFiles = 48;
const count = 3;

describe('a sidecar that has no file descriptor left', () => {
  let sidecar: SidecarProcess;
  const sockets: net.Socket[] = [];
  before(async () => {
    sidecar = await SidecarProcess.open({}, ['ignore', 'pipe', 'pipe'], openFiles);
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    sidecar.stop();
  });

  /** A connection of daprd, which the sidecar accepts, or closes if it has no descriptor for it. */
  const connect = async (): Promise<net.Socket> => {
    const socket = net.connect({ host: '127.0.0.1', port: sidecar.channelPort });
    sockets.push(socket);
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    return socket;
  };

  const said = (words: string): number => sidecar.said.join('').split(words).length - 1;

  it('holds deliveries, says so once, and forwards them when a descriptor is free', async () => {
    const daprd = [await connect(), await connect(), await connect()];
    const idle: net.Socket[] = [];
    await sidecar.until('no descriptor is left', async () => {
      if (sidecar.descriptors() < openFiles) idle.push(await connect());
      return sidecar.descriptors() === openFiles;
    });
    const answers: string[] = [];
    for (const socket of daprd) {
      socket.on('data', (chunk) => answers.push(String(chunk).split('\r\n', 1)[0] ?? ''));
      socket.write(delivery);
    }
    await sidecar.until('the warning', () => said('no file descriptor left for') > 0);
    expect([answers, daprd.map(({ closed }) => closed)]).to.deep.equal([[], [false, false, false]]);
    for (const socket of idle) socket.destroy();
    await sidecar.until('the answers', () => answers.length === count);
    expect(answers).to.deep.equal(Array(count).fill('HTTP/1.1 200 OK'));
    expect(await sidecar.phase()).to.equal('open');
    expect([said('no file descriptor left for'), said('app-down'), said('a bug in daps')]).to.deep.equal([1, 0, 0]);
    expect(said('nearly no file descriptor left'), 'connections that Node closes are not silent').to.equal(1);
  });
});
