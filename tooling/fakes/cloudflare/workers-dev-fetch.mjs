// Preloaded into programs under test: their requests to *.workers.dev go to the fake account at FAKE_WORKERS_DEV.
const origin = process.env["FAKE_WORKERS_DEV"];
const real = globalThis.fetch;

if (origin) {
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (!url.hostname.endsWith(".workers.dev")) return real(input, init);
    const headers = new Headers(request.headers);
    headers.set("x-fake-host", url.hostname);
    const { method, body, signal, redirect } = request;
    const there = new URL(url.pathname + url.search, origin);
    return real(there, { method, headers, signal, redirect, ...(body === null ? {} : { body, duplex: "half" }) });
  };
}
