import { createServer } from "node:net";
import { CliError } from "../errors.ts";

/** wrangler answers on `localhost`, which is both. */
const HOSTS = ["127.0.0.1", "::1"];

/** The port to use: a free one for 0, otherwise exactly this one or a CliError. */
export async function freePort(wanted: number): Promise<number> {
  if (wanted === 0) return listenOnce(0, "127.0.0.1");
  for (const host of HOSTS) {
    try {
      await listenOnce(wanted, host);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      // A machine without IPv6 has no ::1 to be taken.
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") continue;
      if (code === "EACCES")
        throw new CliError(3, `port ${wanted} needs more rights than this user has`, {
          hint: "use one above 1023: npm start -- --port 8788",
        });
      throw new CliError(3, `port ${wanted} is taken by another program`, {
        hint: `which one: lsof -i :${wanted}\nor use another port: npm start -- --port ${wanted + 1}`,
        cause: error,
      });
    }
  }
  return wanted;
}

function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => done(bound));
    });
  });
}
