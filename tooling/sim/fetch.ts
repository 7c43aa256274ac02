/**
 * `Headers`, `Request` and `Response` as far as the Workers use them between each other: plain objects, because the
 * platform's cost more than the handlers behind them, and texts, because nothing of the mesh streams.
 */
export class PlainHeaders {
  readonly #values = new Map<string, string>();

  constructor(init: Iterable<readonly [string, string]> | Record<string, string> = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(run: (value: string, name: string) => void): void {
    for (const [name, value] of this.#values) run(value, name);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values[Symbol.iterator]();
  }
}

type HeadersInit = ConstructorParameters<typeof PlainHeaders>[0];

/** A body that can be read once. */
class Message {
  readonly headers: PlainHeaders;
  readonly #text: string | null;
  #used = false;

  constructor(text: string | null, headers: HeadersInit) {
    this.#text = text;
    this.headers = new PlainHeaders(headers);
  }

  get body(): {
    getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<void> };
  } | null {
    if (this.#text === null) return null;
    const chunks = (): Uint8Array => new TextEncoder().encode(this.#take());
    return {
      getReader: () => ({
        read: async () => (this.#used ? { done: true } : { done: false, value: chunks() }),
        cancel: async () => undefined,
      }),
    };
  }

  async text(): Promise<string> {
    return this.#take();
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#take());
  }

  #take(): string {
    if (this.#used) throw new TypeError("Body is unusable: Body has already been read");
    this.#used = true;
    return this.#text ?? "";
  }
}

export class PlainRequest extends Message {
  readonly url: string;
  readonly method: string;
  readonly signal: AbortSignal;

  constructor(url: string, of: { method?: string; headers?: HeadersInit; signal?: AbortSignal; body?: string } = {}) {
    super(of.body ?? null, of.headers);
    this.url = url;
    this.method = of.method ?? "GET";
    this.signal = of.signal ?? new AbortController().signal;
  }
}

export class PlainResponse extends Message {
  readonly status: number;

  constructor(text: string | null = null, of: { status?: number; headers?: HeadersInit } = {}) {
    super(text, of.headers);
    this.status = of.status ?? 200;
  }

  static json(value: unknown, of: { status?: number; headers?: HeadersInit } = {}): PlainResponse {
    const response = new PlainResponse(JSON.stringify(value), of);
    response.headers.set("content-type", "application/json");
    return response;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
