import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Where a connection is cut: before the server gets the statement, or after it ran it and before it could say so. */
export type Cut = 'before' | 'after';

export interface DatabaseProxy {
  /** The connection string given, through the proxy. */
  readonly url: string;
  /** Cuts the next connection that sends this text, once. */
  cutAt(text: string, cut: Cut): void;
  /** Breaks every connection that there is. */
  breakAll(): void;
  close(): Promise<void>;
}

/** A network between a service and its database that breaks where a test says. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let planned: { text: string; cut: Cut } | undefined;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    let cutOnAnswer = false;
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    [client, server].forEach(keep);
    client.on('data', (data) => {
      if (planned && data.includes(planned.text)) {
        cutOnAnswer = planned.cut === 'after';
        planned = undefined;
        if (!cutOnAnswer) return cut();
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (cutOnAnswer) cut();
      else client.write(data);
    });
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const breakAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    cutAt: (text, cut) => {
      planned = { text, cut };
    },
    breakAll,
    close: async () => {
      breakAll();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
